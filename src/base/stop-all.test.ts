import { expect, test } from 'vitest'
import { stopAll } from './stop-all.ts'

test('one that fails does not keep the others running, and the first failure is told at the end', async () => {
  const done: string[] = []
  const stopping = (name: string, error?: string) => async () => {
    done.push(name)
    if (error !== undefined) throw new Error(error)
  }
  const stops = [stopping('journal'), stopping('server', 'second'), stopping('nodes', 'first')]
  await expect(stopAll(stops)).rejects.toThrow('first')
  expect(done).toEqual(['nodes', 'server', 'journal'])
})

test('each is waited for before the next, and none is stopped twice', async () => {
  const done: string[] = []
  const stops = [
    async () => void done.push('first started'),
    async () => {
      await Promise.resolve()
      done.push('last started')
    },
  ]
  await stopAll(stops)
  await stopAll(stops)
  expect(done).toEqual(['last started', 'first started'])
})

test('what throws at once counts as failed too', async () => {
  const done: string[] = []
  const stops = [
    async () => void done.push('journal'),
    () => {
      throw new Error('not even a promise')
    },
  ]
  await expect(stopAll(stops)).rejects.toThrow('not even a promise')
  expect(done).toEqual(['journal'])
})

import { describe, expect, test } from 'vitest'
import type { Container } from '../../api/pod.ts'
import type { ImageConfig } from '../../runtime/runtime.ts'
import { containerConfig } from './container-config.ts'
import { ContainerConfigError } from './container-config-error.ts'

const image: ImageConfig = {
  command: ['node', 'server.mjs'],
  env: { MODE: 'image' },
  workingDir: '/srv',
}
const archive: ImageConfig = { ...image, command: ['/entry'], defaultArgs: ['serve', '$(MODE)'] }
const instance = { id: 'uid-1-app-2', restart: 2, logDirectory: '/logs' }

const configure = (container: Partial<Container>, of: ImageConfig = image) =>
  containerConfig({ name: 'app', ...container }, of, instance, {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'shop', uid: 'uid-1' },
      spec: { containers: [] },
    },
    env: Object.fromEntries((container.env ?? []).map(({ name, value = '' }) => [name, value])),
    mounts: [],
  })

// https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
describe('the command of an image archive', () => {
  test.each<[string, Partial<Container>, readonly string[]]>([
    ['ENTRYPOINT and CMD, as they are', {}, ['/entry', 'serve', '$(MODE)']],
    ['ENTRYPOINT and the args', { args: ['--x'] }, ['/entry', '--x']],
    ['the command alone', { command: ['run'] }, ['run']],
    ['the command and the args', { command: ['run'], args: ['a'] }, ['run', 'a']],
    [
      'that of the image for an empty one',
      { command: [], args: [] },
      ['/entry', 'serve', '$(MODE)'],
    ],
  ])('is %s', (_name, container, expected) => {
    expect(configure(container, archive).command).toEqual(expected)
  })

  test('may be its CMD alone, which args replace', () => {
    const plain: ImageConfig = { ...archive, command: [] }
    expect(configure({}, plain).command).toEqual(['serve', '$(MODE)'])
    expect(configure({ args: ['other'] }, plain).command).toEqual(['other'])
    const nothing: ImageConfig = { ...archive, command: [], defaultArgs: [] }
    expect(() => configure({}, nothing)).toThrow(new ContainerConfigError('no command specified'))
  })
})

describe('the command of a mapped image', () => {
  const env = [{ name: 'MINE', value: 'mine' }]
  test.each<[string, Partial<Container>, readonly string[]]>([
    ["the image's", {}, ['node', 'server.mjs']],
    ["args after the image's", { args: ['--x'] }, ['node', 'server.mjs', '--x']],
    ["the manifest's", { command: ['run'] }, ['run']],
    [
      "the manifest's with args",
      { env, command: ['run'], args: ['a', '$(MINE)', '$$(MINE)'] },
      ['run', 'a', 'mine', '$(MINE)'],
    ],
    ['not expanded by the variables of the image', { command: ['$(MODE)'] }, ['$(MODE)']],
    ['with references to nothing', { command: ['$(constructor)'] }, ['$(constructor)']],
  ])('is %s', (_name, container, expected) => {
    expect(configure(container).command).toEqual(expected)
  })
})

test("the manifest's working directory and environment win over the image's", () => {
  const config = configure({ workingDir: '/tmp', env: [{ name: 'MODE', value: 'manifest' }] })
  expect(config).toEqual({
    id: 'uid-1-app-2',
    sandboxId: 'uid-1',
    name: 'app',
    command: ['node', 'server.mjs'],
    env: { HOSTNAME: 'web-1', MODE: 'manifest' },
    workingDir: '/tmp',
    logPath: '/logs/shop_web-1_uid-1/app/2.log',
  })
})

test('a path that ends in its middle is told at the start', () => {
  expect(() => configure({ workingDir: '/w\0' })).toThrow(
    expect.objectContaining({
      name: 'ContainerStartError',
      message: String.raw`mkdir "/w\u0000": invalid argument`,
    }),
  )
})

import { expect, test } from 'vitest'
import type { ContainerConfig } from '../../runtime/runtime.ts'
import { refuseTooLarge } from './argument-sizes.ts'

const CONFIG: ContainerConfig = {
  id: 'web/app',
  sandboxId: 'web',
  name: 'app',
  command: ['app'],
  env: {},
  workingDir: '/',
  logPath: '/log',
}
const MANY = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`V${at}`, 'x'.repeat(1e5)]))

test.each<readonly [string, Partial<ContainerConfig>]>([
  ['an argument', { command: ['app', 'x'.repeat(131_071)] }],
  ['a variable', { env: { NAME: 'x'.repeat(131_066) } }],
  ['all variables', { env: { ...MANY, V0: '', V1: '', V2: '' } }],
])('%s as large as Linux takes it is passed on', (_, given) => {
  expect(() => refuseTooLarge({ ...CONFIG, ...given })).not.toThrow()
})

test.each<readonly [Partial<ContainerConfig>, string]>([
  [
    { command: ['app', 'x'.repeat(131_072)] },
    'exec app: argument list too long: argument 1 has 131072 bytes, 131071 are possible',
  ],
  [
    { env: { NAME: 'é'.repeat(65_534) } },
    'exec app: argument list too long: variable NAME has 131073 bytes, 131071 are possible',
  ],
  [
    { command: Array.from({ length: 80_000 }, () => 'x'.repeat(20)) },
    `exec ${'x'.repeat(20)}: argument list too long: all arguments and variables take 2320000 bytes, 2000000 are possible`,
  ],
  [
    { env: MANY },
    'exec app: argument list too long: all arguments and variables take 2100275 bytes, 2000000 are possible',
  ],
])('what is larger is told with its size', (given, message) => {
  expect(() => refuseTooLarge({ ...CONFIG, ...given })).toThrow(
    expect.objectContaining({ name: 'ContainerStartError', message }),
  )
})

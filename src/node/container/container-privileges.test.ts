import { describe, expect, test } from 'vitest'
import { memoryFiles } from '../../../tests/support/memory-files.ts'
import type { Container, Pod, PodSecurityContext, SecurityContext } from '../../api/pod.ts'
import type { ContainerConfig, ImageConfig } from '../../runtime/runtime.ts'
import { withPrivileges } from './container-privileges.ts'

const FILES = memoryFiles({
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n',
  '/image/etc/passwd': 'root:x:0:0::/root:/bin/sh\nweb:x:1000:1001:Web:/srv:/bin/false\n',
  '/image/etc/group': 'root:x:0:\nmetrics:x:2000:other,web\nempty:x:2001:\n',
})
const MAPPED: ImageConfig = { command: ['app'], env: {}, workingDir: '/' }
const ARCHIVE: ImageConfig = { ...MAPPED, rootDirectory: '/image' }
const CONFIG: ContainerConfig = {
  id: 'c0',
  sandboxId: 'uid-1',
  name: 'app',
  command: ['app'],
  env: {},
  workingDir: '/',
  logPath: '/log',
}

const podWith = (securityContext: PodSecurityContext | undefined): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', uid: 'uid-1' },
  spec: { containers: [], ...(securityContext === undefined ? {} : { securityContext }) },
})

interface Given {
  readonly pod?: PodSecurityContext
  readonly own?: SecurityContext
  readonly image?: ImageConfig
}

const configure = ({ pod, own, image = MAPPED }: Given, changes: Partial<Container> = {}) => {
  const container = { name: 'app', ...(own === undefined ? {} : { securityContext: own }) }
  return withPrivileges(FILES, podWith(pod), { ...container, ...changes }, image, CONFIG, {
    setsHome: false,
  })
}

const user = (uid: number, gid: number, ...supplementalGroups: readonly number[]) => ({
  uid,
  gid,
  supplementalGroups,
})

describe('whom a container runs as', () => {
  test.each<readonly [string, Given, ReturnType<typeof user> | undefined]>([
    ['nobody says', {}, undefined],
    ['the pod says', { pod: { runAsUser: 1234 } }, user(1234, 0)],
    ['the container says more', { pod: { runAsUser: 1 }, own: { runAsUser: 2 } }, user(2, 0)],
    [
      'each says a part',
      { pod: { runAsUser: 7, runAsGroup: 8 }, own: { runAsUser: 9 } },
      user(9, 8),
    ],
    ['a group alone', { own: { runAsGroup: 8 } }, user(0, 8)],
    [
      'groups of the pod',
      { pod: { runAsUser: 5, fsGroup: 70, supplementalGroups: [71, 70] } },
      user(5, 0, 70, 71),
    ],
    ['the image says nothing', { image: ARCHIVE }, user(0, 0)],
    ['the image has a number', { image: { ...ARCHIVE, user: '4000' } }, user(4000, 0)],
    ['the image has a name', { image: { ...ARCHIVE, user: 'web' } }, user(1000, 1001, 2000)],
    [
      'a group of the image does not count',
      { image: { ...ARCHIVE, user: '4000:50' } },
      user(4000, 0),
    ],
    [
      'a number that the image knows',
      { image: ARCHIVE, own: { runAsUser: 1000 } },
      user(1000, 1001, 2000),
    ],
    ['not as root', { own: { runAsNonRoot: true, runAsUser: 3 } }, user(3, 0)],
    [
      'not as root, and an image of which nothing is known',
      { own: { runAsNonRoot: true } },
      undefined,
    ],
  ])('%s', async (_name, given, expected) => {
    expect((await configure(given)).user).toEqual(expected)
  })
})

describe('what the kubelet refuses', () => {
  const subject = '(pod: "web-1_shop(uid-1)", container: app)'
  test.each<readonly [Given, string]>([
    [
      { own: { runAsNonRoot: true, runAsUser: 0 } },
      `container's runAsUser breaks non-root policy ${subject}`,
    ],
    [
      { pod: { runAsNonRoot: true }, image: ARCHIVE },
      `container has runAsNonRoot and image will run as root ${subject}`,
    ],
    [
      { pod: { runAsNonRoot: true }, image: { ...ARCHIVE, user: 'web' } },
      `container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root ${subject}`,
    ],
  ])('%j', async (given, message) => {
    await expect(configure(given)).rejects.toMatchObject({ name: 'ContainerConfigError', message })
  })

  test('an image user that is not among its users', async () => {
    const asked = configure({ image: { ...ARCHIVE, user: 'ghost' } })
    await expect(asked).rejects.toThrow(
      'unable to find user ghost: no matching entries in passwd file',
    )
  })
})

test.each([
  [
    { memory: '64Mi', cpu: '250m' },
    { memoryBytes: 67_108_864, cpuMillis: 250 },
  ],
  [{ cpu: 2 }, { cpuMillis: 2_000 }],
  [{ cpu: '100u' }, { cpuMillis: 1 }],
  [{ memory: '0' }, undefined],
  [{}, undefined],
])('the limits %j are %j', async (limits, expected) => {
  expect((await configure({}, { resources: { limits } })).limits).toEqual(expected)
})

const refused = (changes: Partial<ContainerConfig>) =>
  withPrivileges(
    undefined,
    podWith(undefined),
    { name: 'app' },
    MAPPED,
    { ...CONFIG, ...changes },
    { setsHome: false },
  )

test('a NUL byte in a variable or an argument is told', async () => {
  await expect(refused({ env: { A: 'b\0c' } })).rejects.toMatchObject({
    name: 'ContainerStartError',
    message: 'invalid environment variable "A": its value contains a NUL byte (\\x00)',
  })
  await expect(refused({ command: ['app', 'x\0'] })).rejects.toThrow(
    'argument 1 of the command contains a NUL byte',
  )
})

test.each<readonly [string, Given, Readonly<Record<string, string>>, string]>([
  ['of the user of an image', { pod: { runAsUser: 1000 }, image: ARCHIVE }, {}, '/srv'],
  ['of root where nobody says who', { image: ARCHIVE }, {}, '/root'],
  ['of a user without an entry', { pod: { runAsUser: 7 }, image: ARCHIVE }, {}, '/'],
  ['of a user of this machine', { pod: { runAsUser: 1000 } }, {}, '/home/ada'],
  ['that the environment says', { image: ARCHIVE }, { HOME: '/said' }, '/said'],
])('HOME is the directory %s', async (_, { pod, image = MAPPED }, env, home) => {
  const configured = await withPrivileges(
    FILES,
    podWith(pod),
    { name: 'app' },
    image,
    { ...CONFIG, env },
    { setsHome: true },
  )
  expect(configured.env).toEqual({ HOME: home })
})

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { newHttpClient } from '../../src/client/http-client.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { startUp } from '../support/running-up.ts'
import { NO_TRACES, newTraces, takeTraces } from './leftovers.ts'

const IMAGES = 'images: { "shell:v1": { command: [/bin/sh] } }\n'

/** Reads all that it is given, then waits for the ConfigMap to change. */
const READER = `
echo "color $(cat /etc/settings/color), size $(cat /one/size)"
echo "pass $PASS $(cat /etc/keys/pass)"
echo "host $(hostname) $(cat /etc/hostname) $(grep -c alias.example /etc/hosts)"
account=/var/run/secrets/kubernetes.io/serviceaccount
echo "account $(cat $account/namespace) $(head -c 3 $account/token) $(head -n 1 $account/ca.crt)"
(echo no >/etc/settings/new) 2>/dev/null || echo read-only
echo shared >/shared/file
while [ "$(cat /etc/settings/color)" = blue ]; do sleep 0.1; done
echo "then $(cat /etc/settings/color), size $(cat /one/size)"
exec sleep 1000
`

const OTHER = `
while [ ! -e /shared/file ]; do sleep 0.1; done
cat /shared/file
head -c 200000 /dev/zero >/fast/file 2>/dev/null || echo "full at $(wc -c </fast/file)"
exec sleep 1000
`

const MANIFESTS = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { color: 'blue', size: 'big' },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { pass: 'secret' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'reader' },
    spec: {
      terminationGracePeriodSeconds: 1,
      hostAliases: [{ ip: '1.2.3.4', hostnames: ['alias.example'] }],
      volumes: [
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'keys', secret: { secretName: 'keys', defaultMode: 0o400 } },
        { name: 'work', emptyDir: {} },
        { name: 'fast', emptyDir: { medium: 'Memory', sizeLimit: '64Ki' } },
      ],
      containers: [
        {
          name: 'reader',
          image: 'shell:v1',
          command: ['/bin/sh', '-c', READER],
          env: [{ name: 'PASS', valueFrom: { secretKeyRef: { name: 'keys', key: 'pass' } } }],
          volumeMounts: [
            { name: 'settings', mountPath: '/etc/settings' },
            { name: 'settings', mountPath: '/one/size', subPath: 'size' },
            { name: 'keys', mountPath: '/etc/keys' },
            { name: 'work', mountPath: '/shared' },
          ],
        },
        {
          name: 'other',
          image: 'shell:v1',
          command: ['/bin/sh', '-c', OTHER],
          volumeMounts: [
            { name: 'work', mountPath: '/shared' },
            { name: 'fast', mountPath: '/fast' },
          ],
        },
      ],
    },
  },
]

/** What a container has written, line by line. */
function linesOf(directory: string, container: string): readonly string[] {
  const [pod] = readdirSync(join(directory, 'logs'))
  const text = readFileSync(join(directory, 'logs', pod ?? '', container, '0.log'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').slice(3).join(' '))
}

async function until(what: string, isReached: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (
      await Promise.resolve()
        .then(isReached)
        .catch(() => false)
    )
      return
    await sleep(100)
  }
  throw new Error(`not within 40 s: ${what}`)
}

test('a pod reads what is mounted, shares a directory, and sees a ConfigMap change', async () => {
  const before = await takeTraces()
  const directory = mkdtempSync(join(tmpdir(), 'running-volumes-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const manifests = join(directory, 'manifests')
  const data = join(directory, 'data')
  mkdirSync(manifests)
  writeFileSync(join(manifests, 'hitless.yaml'), IMAGES)
  writeFileSync(
    join(manifests, 'app.yaml'),
    MANIFESTS.map((one) => JSON.stringify(one)).join('\n---\n'),
  )
  const up = await startUp({ args: ['-f', manifests], directory: data })
  const caller = liveHttpCallers().open({ baseUrl: up.url, authority: up.authority })
  const client = newHttpClient({ caller, clock: liveClock(), token: up.token })
  await until(
    'both containers have read',
    () => linesOf(data, 'reader').includes('read-only') && linesOf(data, 'other').length === 2,
  )
  expect(linesOf(data, 'other')).toEqual(['shared', 'full at 65536'])
  expect(linesOf(data, 'reader')).toEqual([
    'color blue, size big',
    'pass secret secret',
    'host reader reader 1',
    'account default eyJ -----BEGIN CERTIFICATE-----',
    'read-only',
  ])
  const name = { namespace: 'default', name: 'settings' }
  await client.patch('ConfigMap', name, { data: { color: 'red', size: 'small' } })
  // A subPath stays what it was at the start, as Kubernetes says.
  await until('the change is seen', () => linesOf(data, 'reader').includes('then red, size big'))
  await client.delete('Pod', { namespace: 'default', name: 'reader' })
  await until('the pod is gone', async () => (await client.list('Pod')).items.length === 0)
  await until('its files are gone', () => readdirSync(join(data, 'pods')).length === 0)
  await caller.close()
  await up.stop()
  expect(await newTraces(before)).toEqual(NO_TRACES)
}, 120_000)

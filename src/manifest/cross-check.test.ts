import { describe, expect, test } from 'vitest'
import { memoryFiles } from '../../tests/support/memory-files.ts'
import { formatLocation } from '../base/finding.ts'
import { readInput } from './input-reader.ts'
import type { Settings } from './settings.ts'

const deployment = (
  name: string,
  app = name,
  container = '{ name: app, image: "app:v1" }',
): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec: { containers: [${container}] }
---
`
const service = (name: string, app = name, spec = 'ports: [{ name: http, port: 80 }]'): string =>
  `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${app} }
  ${spec}
---
`
const IMAGES = 'images: { "app:*": { command: [node] } }\n'
const TWO_PORTS = 'ports: [{ name: http, port: 80 }, { name: admin, port: 81 }]'

async function check(
  manifests: string,
  settings = IMAGES,
  adjustSettings?: (settings: Settings) => Settings,
): Promise<readonly string[]> {
  const files = memoryFiles({ 'm.yaml': manifests, 'hitless.yaml': settings, 'run/app': '' })
  const options = adjustSettings === undefined ? {} : { adjustSettings }
  const { findings } = await readInput(files, 'm.yaml', options)
  return findings.map(({ code, severity, location }) => {
    const place = location === undefined ? '' : ` ${formatLocation(location)}`
    return `${severity} ${code}${place}`
  })
}

const images = (mapping: string): string => `images: { "app:*": ${mapping} }\n`

const restart =
  (deployment: string) =>
  (settings: Settings): Settings => ({ ...settings, change: { kind: 'restart', deployment } })

const ONE = deployment('web') + service('web')

describe('which Deployment is rolled out', () => {
  test.each<[string, string, string, string[]]>([
    ['the only one', ONE, IMAGES, []],
    [
      'none',
      service('web'),
      IMAGES,
      ['warning service-selects-nothing m.yaml:5:13', 'error no-deployment'],
    ],
    [
      'one without pods',
      ONE.replace('spec:', 'spec:\n  replicas: 0'),
      IMAGES,
      ['error no-replicas m.yaml:5:13'],
    ],
    [
      'one of two that nothing names',
      ONE + deployment('api'),
      IMAGES,
      ['error ambiguous-deployment m.yaml:19:19'],
    ],
    [
      'one of two that is named',
      ONE + deployment('api'),
      `${IMAGES}change: { restart: deployment/web }`,
      [],
    ],
    [
      'one that is not there',
      ONE,
      `${IMAGES}change: { restart: deployment/wep }`,
      ['error unknown-deployment hitless.yaml:2:11'],
    ],
    [
      'one by its image',
      ONE,
      `${IMAGES}change: { setImage: { deployment/web: { app: "app:v2" } } }`,
      [],
    ],
    [
      'one without such a container',
      ONE,
      `${IMAGES}change: { setImage: { deployment/web: { ap: "app:v2" } } }`,
      ['error unknown-container hitless.yaml:2:41'],
    ],
    [
      'one to an image that is not mapped',
      ONE,
      `${IMAGES}change: { setImage: { deployment/web: { app: "other" } } }`,
      ['error image-without-command hitless.yaml:2:41'],
    ],
    [
      'one by manifests that are not there',
      ONE,
      `${IMAGES}change: { manifests: v2 }`,
      ['error change-path-missing hitless.yaml:2:11'],
    ],
    [
      'none that can be told while a file is broken',
      `${service('web')}a: b: c`,
      IMAGES,
      ['error yaml-syntax m.yaml:8:4'],
    ],
  ])('%s', async (_, manifests, settings, expected) => {
    expect(await check(manifests, settings)).toEqual(expected)
  })

  test('what a flag names counts before it is checked', async () => {
    expect(await check(ONE + deployment('api'), IMAGES, restart('web'))).toEqual([])
    expect(await check(ONE, IMAGES, restart('api'))).toEqual(['error unknown-deployment'])
  })
})

describe('where the load goes', () => {
  const target = (name: string): string => `${IMAGES}load: { target: ${name} }`

  test.each<[string, string, string, string[]]>([
    ['to the only Service that selects the pods', ONE, IMAGES, []],
    ['nowhere', deployment('web'), IMAGES, ['error no-target-service m.yaml:3:19']],
    [
      'to a Service of other pods',
      deployment('web') + service('api'),
      IMAGES,
      ['error no-target-service m.yaml:3:19', 'warning service-selects-nothing m.yaml:14:13'],
    ],
    [
      'to one of two',
      ONE + service('two', 'web'),
      IMAGES,
      ['error ambiguous-target-service m.yaml:19:19'],
    ],
    ['to the named one of two', ONE + service('two', 'web'), target('service/two'), []],
    [
      'to a Service that is not there',
      ONE,
      target('service/wep'),
      ['error unknown-target-service hitless.yaml:2:9'],
    ],
    [
      'to a port by name',
      deployment('web') + service('web', 'web', TWO_PORTS),
      target('service/web:admin'),
      [],
    ],
    ['to a port by number', ONE, target('svc/web:80'), []],
    [
      'to a port that is not there',
      ONE,
      target('service/web:81'),
      ['error unknown-target-port hitless.yaml:2:9'],
    ],
    [
      'to the first of two ports',
      deployment('web') + service('web', 'web', TWO_PORTS),
      IMAGES,
      ['note ambiguous-target-port m.yaml:15:10'],
    ],
    [
      'to a named port of the container',
      deployment(
        'web',
        'web',
        '{ name: app, image: "app:v1", ports: [{ name: http, containerPort: 1 }] }',
      ) + service('web', 'web', 'ports: [{ port: 80, targetPort: http }]'),
      IMAGES,
      [],
    ],
    [
      'to a port that no container names',
      deployment('web') + service('web', 'web', 'ports: [{ port: 80, targetPort: http }]'),
      IMAGES,
      ['error target-port-without-container m.yaml:15:35'],
    ],
    [
      'to a headless Service',
      deployment('web') + service('web', 'web', 'clusterIP: None'),
      IMAGES,
      ['error no-target-service m.yaml:15:14'],
    ],
    [
      'to a Service in another namespace',
      deployment('web') + service('web').replace('name: web', 'name: web, namespace: x'),
      IMAGES,
      ['error no-target-service m.yaml:3:19', 'warning service-selects-nothing m.yaml:14:13'],
    ],
  ])('%s', async (_, manifests, settings, expected) => {
    expect(await check(manifests, settings)).toEqual(expected)
  })
})

describe('how images run', () => {
  test.each<[string, string, string, string[]]>([
    [
      'by a command of the manifest alone',
      deployment('web', 'web', '{ name: app, image: x, command: [node] }') + service('web'),
      '',
      [],
    ],
    ['by nothing', ONE, '', ['error image-without-command m.yaml:8:46']],
    [
      'by a mapping without a command',
      ONE,
      images('{ env: { A: b } }'),
      ['error image-without-command m.yaml:8:46'],
    ],
    ['by a program that is there', ONE, images('{ command: [run/app] }'), []],
    [
      'by a program found from the working directory',
      ONE,
      images('{ command: [./app], workingDir: run }'),
      [],
    ],
    [
      'by a program that is not there',
      ONE,
      images('{ command: [./app] }'),
      ['error program-missing hitless.yaml:1:32'],
    ],
    ['by a program of each tag', ONE, images('{ command: ["./{tag}/app"] }'), []],
  ])('%s', async (_, manifests, settings, expected) => {
    expect(await check(manifests, settings)).toEqual(expected)
  })
})

describe('fields that have no effect yet are told once', () => {
  test.each<[string, string, string[]]>([
    ['resources', 'resources: { limits: { cpu: 1, memory: 1Gi }, requests: { cpu: 1 } }', []],
    ['storage', 'resources: { limits: { ephemeral-storage: 1Gi } }', ['note field-not-applied']],
    ['a user', 'securityContext: { runAsUser: 1000, runAsNonRoot: true }', []],
    [
      'capabilities',
      'securityContext: { capabilities: { drop: [ALL] } }',
      ['note field-not-applied'],
    ],
    ['empty resources', 'resources: {}', []],
    ['a gRPC probe', 'readinessProbe: { grpc: { port: 1 } }', []],
    ['an HTTP probe', 'readinessProbe: { httpGet: { port: 1 } }', []],
    [
      'a variable of a Secret',
      'env: [{ name: A, valueFrom: { secretKeyRef: { name: s, key: k } } }]',
      [],
    ],
    [
      'a variable of the pod',
      'env: [{ name: A, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]',
      [],
    ],
    ['variables of a Secret', 'envFrom: [{ secretRef: { name: s } }]', []],
    ['a terminal', 'tty: true', ['note field-not-applied']],
    ['where it tells why it ends', 'terminationMessagePath: /tmp/why', []],
  ])('%s', async (_, field, expected) => {
    const manifests =
      deployment('web', 'web', `{ name: app, image: "app:v1", ${field} }`) + service('web')
    expect((await check(manifests)).map((line) => line.replace(/ \S+$/, ''))).toEqual(expected)
  })

  test.each<[string, string[]]>([
    ['volumes: [{ name: v, emptyDir: {} }, { name: w, configMap: { name: c } }]', []],
    ['volumes: [{ name: v, emptyDir: { medium: Memory } }]', []],
    [
      'volumes: [{ name: v, emptyDir: { sizeLimit: 1Gi } }, { name: w, csi: { driver: d } }]',
      ['warning field-not-applied'],
    ],
    [
      'volumes: [{ name: v, persistentVolumeClaim: { claimName: c } }]',
      ['warning field-not-applied'],
    ],
    [
      'volumes: [{ name: v, projected: { sources: [{ secret: { name: s } }, { serviceAccountToken: { path: t } }] } }]',
      ['warning field-not-applied'],
    ],
    ['initContainers: [{ name: i, image: i }]', ['error image-without-command']],
    ['initContainers: [{ name: i, image: i, command: [x], restartPolicy: Always }]', []],
    ['securityContext: { runAsUser: 1, fsGroup: 2 }', []],
    ['readinessGates: [{ conditionType: a/b }]', ['warning field-not-applied']],
    ['hostNetwork: true', ['warning field-not-applied']],
    ['hostNetwork: false', []],
    ['affinity: { podAntiAffinity: {} }', ['note field-not-applied']],
    ['dnsPolicy: ClusterFirst', []],
    ['dnsPolicy: Default', []],
    ['subdomain: nodes', []],
  ])('%s', async (field, expected) => {
    const manifests = deployment('web').replace(
      'spec: { containers',
      `spec: { ${field}, containers`,
    )
    const lines = await check(manifests + service('web'))
    expect(lines.map((line) => line.replace(/ \S+$/, ''))).toEqual(expected)
  })

  test.each<[string, string[]]>([
    ['type: LoadBalancer', ['note field-not-applied']],
    ['type: ClusterIP', []],
    ['sessionAffinity: ClientIP', ['warning field-not-applied']],
  ])('%s of a Service', async (field, expected) => {
    const manifests = deployment('web') + service('web', 'web', `ports: [{ port: 80 }]\n  ${field}`)
    expect((await check(manifests)).map((line) => line.replace(/ \S+$/, ''))).toEqual(expected)
  })
})

const setImage = (deployment: string, container: string, image: string) =>
  ({ change: { kind: 'set-image', deployment, images: { [container]: image } } }) as const

describe('what is set by a flag is told of the flag, and of no place in the file', () => {
  const SETTINGS = `${IMAGES}load: { target: service/web }
change: { setImage: { deployment/web: { app: "app:v2" } } }
`
  test.each<[string, string, (settings: Settings) => Partial<Settings>, string]>([
    [
      'load.target',
      '--target',
      ({ load }) => ({ load: { ...load, target: 'service/wob' } }),
      'names service/wob, which is in none of the manifests',
    ],
    [
      'load.target',
      '--target',
      ({ load }) => ({ load: { ...load, target: 'service/web:81' } }),
      ': service/web has no port 81',
    ],
    [
      'change.setImage',
      '--set-image',
      () => setImage('web', 'foo', 'app:v2'),
      ': Deployment "web" has no container "foo"',
    ],
    [
      'change.setImage',
      '--set-image',
      () => setImage('web', 'app', 'bar:v2'),
      ': container "app": nothing says how the image "bar:v2" runs as a process',
    ],
    [
      'change',
      '--deployment',
      () => ({ change: { kind: 'restart', deployment: 'wob' } }),
      'names deployment/wob, which is in none of the manifests',
    ],
  ])('%s by %s', async (key, flag, change, words) => {
    const files = memoryFiles({ 'm.yaml': ONE, 'hitless.yaml': SETTINGS })
    const adjustSettings = (settings: Settings) => ({ ...settings, ...change(settings) })
    for (const flags of [{}, { [key]: flag }]) {
      const { findings } = await readInput(files, 'm.yaml', { adjustSettings, flags })
      const [found] = findings.filter(({ severity }) => severity === 'error')
      const isFlag = Object.keys(flags).length > 0
      expect(found?.message).toMatch(new RegExp(`^${isFlag ? flag : key}:? `))
      expect(found?.message).toContain(words)
      expect(found?.location?.file).toBe(isFlag ? undefined : 'hitless.yaml')
    }
  })
})

import { describe, expect, test } from 'vitest'
import type { Files } from '../world/files.ts'
import { memoryFiles } from '../../tests/support/memory-files.ts'
import type { Finding } from '../base/finding.ts'
import { formatLocation } from '../base/finding.ts'
import { readInput } from './input-reader.ts'
import type { Input } from './input.ts'

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: app
          image: app:v1
`
const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`
const SETTINGS = 'images: { "app:*": { command: [node, app.mjs] } }\n'
const VALID = { 'dir/a.yaml': DEPLOYMENT, 'dir/b.yaml': SERVICE, 'dir/hitless.yaml': SETTINGS }

function read(texts: Readonly<Record<string, string>>, path = 'dir'): Promise<Input> {
  return readInput(memoryFiles(texts), path, { currentDirectory: '/home' })
}

/** `code place`, as `unknown-field dir/a.yaml:6:3`. */
function summary({ code, location }: Finding): string {
  return location === undefined ? code : `${code} ${formatLocation(location)}`
}

describe('what is read', () => {
  test('a directory with a Deployment, a Service and settings has no finding', async () => {
    const input = await read(VALID)
    expect(input.findings).toEqual([])
    expect(input.objects.map(({ object }) => object.kind)).toEqual(['Deployment', 'Service'])
    expect(input.settings.images[0]?.workingDir).toBe('/home/dir')
  })

  test.each([
    ['the directory above', 'dir/k8s', 'dir/hitless.yaml', '/home/dir'],
    ['the current directory', 'k8s', 'hitless.yaml', '/home'],
    ['the directory above the current one', '.', '../hitless.yaml', '/'],
  ])('settings may be in %s', async (_, path, file, workingDir) => {
    const below = path === '.' ? '' : `${path}/`
    const texts = { [`${below}a.yaml`]: DEPLOYMENT, [`${below}b.yaml`]: SERVICE, [file]: SETTINGS }
    const { settings } = await read(texts, path)
    expect(settings.images[0]?.workingDir).toBe(workingDir)
  })

  test('settings above the manifests do not count where anybody could have put them', async () => {
    const texts = { 'dir/k8s/a.yaml': DEPLOYMENT, 'dir/hitless.yaml': SETTINGS }
    const { settings } = await readInput(memoryFiles(texts, 0o1777), 'dir/k8s')
    expect(settings.images).toEqual([])
  })

  test('settings beside the manifests win over those above', async () => {
    const { settings } = await read({ ...VALID, 'hitless.yaml': 'images: {}\n' })
    expect(settings.images).toHaveLength(1)
  })

  test('objects have their defaults and the namespace default', async () => {
    const { objects } = await read(VALID)
    expect(objects[0]?.object).toMatchObject({
      metadata: { namespace: 'default' },
      spec: { progressDeadlineSeconds: 600 },
    })
  })

  test('a value is found at its place, a default at the place around it', async () => {
    const [deployment] = (await read(VALID)).objects
    expect(deployment?.locations['/spec/replicas']).toEqual({
      file: 'dir/a.yaml',
      line: 6,
      column: 13,
    })
    expect(deployment?.locations['/spec/template/spec/containers/0']).toEqual({
      file: 'dir/a.yaml',
      line: 14,
      column: 11,
    })
  })

  test('one file may hold many documents, and one document a list', async () => {
    const list = `kind: List\napiVersion: v1\nitems:\n- ${SERVICE.replaceAll('\n', '\n  ').trim()}\n`
    const input = await read(
      { 'all.yml': `${DEPLOYMENT}---\n---\n${list}`, 'hitless.yaml': SETTINGS },
      'all.yml',
    )
    expect(input.findings).toEqual([])
    expect(input.objects.map(({ object }) => object.kind)).toEqual(['Deployment', 'Service'])
    expect(input.objects[1]?.locations['/metadata/name']?.file).toBe('all.yml')
    expect(input.objects[1]?.locations['/kind']?.line).toBe(22)
  })

  test('JSON is read, with tabs and from a Windows editor', async () => {
    const json = JSON.stringify(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '1' } },
      null,
      '\t',
    )
    const input = await read({ ...VALID, 'dir/c.json': json.replaceAll('\n', '\r\n') })
    expect(input.findings).toEqual([])
    expect(input.objects.at(-1)?.object).toMatchObject({ data: { a: '1' } })
  })

  test('directories below, hidden files and other files are left alone', async () => {
    const input = await read({
      ...VALID,
      'dir/v2/a.yaml': 'nonsense',
      'dir/.x.yaml': 'nonsense',
      'dir/notes.txt': 'nonsense',
    })
    expect(input.findings).toEqual([])
  })

  test('JSON that is no manifest is told and left out; one that has lost half of its type is an error', async () => {
    const beside = await read({ ...VALID, 'dir/package.json': '{ "name": "shop" }' })
    expect(beside.findings.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'note dir/package.json has neither apiVersion nor kind: left out',
    ])
    expect(beside.objects).toHaveLength(2)
    const half = await read({ ...VALID, 'dir/c.json': '{ "kind": "ConfigMap" }' })
    expect(half.findings.map(({ severity }) => severity)).toEqual(['error'])
  })

  test('settings beside one file count, also when the path is hitless.yaml itself', async () => {
    const single = { 'dir/a.yaml': `${DEPLOYMENT}---\n${SERVICE}`, 'dir/hitless.yaml': SETTINGS }
    for (const path of ['dir/a.yaml', 'dir/hitless.yaml', 'dir/', 'dir']) {
      const input = await read(single, path)
      expect(input.settings.images).toHaveLength(1)
      expect(input.findings).toEqual([])
    }
  })

  test('a hitless.yaml that cannot be read leaves it open how images run', async () => {
    const { findings } = await read({ ...VALID, 'dir/hitless.yaml': 'load: [' })
    expect(findings.map(({ code }) => code)).toEqual(['yaml-syntax'])
  })

  test('in the current directory, files are named without a directory', async () => {
    const input = await read({ 'a.yaml': 'x', 'hitless.yaml': 'y: 1' }, '.')
    expect(input.findings.map(({ location }) => location?.file)).toEqual(['a.yaml', 'hitless.yaml'])
  })

  test.each<[string, string, readonly string[]]>([
    ['extensions/v1beta1', 'Ingress', ['warning unknown-kind']],
    ['policy/v1beta1', 'PodSecurityPolicy', []],
    ['autoscaling/v1', 'HorizontalPodAutoscaler', []],
    ['serving.knative.dev/v1', 'Service', []],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute', []],
  ])('%s %s is not run, and no error', async (apiVersion, kind, expected) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\nspec: { a: 1 }\n`
    const input = await read({ ...VALID, 'dir/c.yaml': text })
    expect(input.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected)
    expect(input.notRun).toHaveLength(1)
  })

  test('kinds that are not run are kept apart, without a finding', async () => {
    const ingress = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i }\nspec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }\n`
    const custom = `apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: w }\nspec: { any: thing }\n`
    const input = await read({ ...VALID, 'dir/c.yaml': `${ingress}---\n${custom}` })
    expect(input.findings).toEqual([])
    expect(input.notRun.map(({ object }) => object.kind)).toEqual(['Ingress', 'Widget'])
    expect(input.objects).toHaveLength(2)
  })
})

const edited = (from: string, to: string): Readonly<Record<string, string>> => ({
  ...VALID,
  'dir/a.yaml': DEPLOYMENT.replace(from, to),
})
const withFile = (text: string): Readonly<Record<string, string>> => ({
  ...VALID,
  'dir/c.yaml': text,
})

describe('what is wrong is told at its place', () => {
  test.each<[string, Readonly<Record<string, string>>, string[], RegExp]>([
    [
      'syntax',
      edited('kind: Deployment', 'kind: a: b'),
      ['yaml-syntax dir/a.yaml:2:7'],
      /not YAML/,
    ],
    ['a tab', edited('  name', '\tname'), ['yaml-syntax dir/a.yaml:4:1'], /spaces/],
    [
      'a key twice',
      edited('  replicas: 2', '  replicas: 2\n  replicas: 3'),
      ['yaml-duplicate-key dir/a.yaml:7:3'],
      /replicas/,
    ],
    [
      'a misspelt field',
      edited('replicas', 'replica'),
      ['unknown-field dir/a.yaml:6:3'],
      /spec\.replica.*did you mean "replicas"/,
    ],
    [
      'capitals',
      edited('replicas', 'Replicas'),
      ['unknown-field dir/a.yaml:6:3'],
      /did you mean "replicas"/,
    ],
    [
      'a field at the wrong place',
      edited('  replicas: 2', '  readinessProbe: {}'),
      ['unknown-field dir/a.yaml:6:3'],
      /belongs under spec\.template\.spec\.containers\[\]/,
    ],
    [
      'a port of its own for a container',
      edited('          image: app:v1', '          image: app:v1\n          port: 80'),
      ['unknown-field dir/a.yaml:16:11'],
      /containers\[0\]\.port.*write ports: \[\{ containerPort: 80 \}\]/,
    ],
    [
      'text for a number',
      edited('replicas: 2', 'replicas: "2"'),
      ['wrong-type dir/a.yaml:6:13'],
      /without quotes/,
    ],
    [
      'a number for text',
      edited('app: web }\n  template', 'app: yes }\n  template'),
      ['wrong-type dir/a.yaml:8:25'],
      /in quotes/,
    ],
    [
      'a map for a list',
      edited('        - name: app\n          image', '        name: app\n        image'),
      ['wrong-type dir/a.yaml:14:9'],
      /a list/,
    ],
    [
      'a value that is not known',
      edited('image: app:v1', 'image: app:v1\n          imagePullPolicy: always'),
      ['unknown-value dir/a.yaml:16:28'],
      /did you mean "Always"/,
    ],
    [
      'a missing field',
      edited('        - name: app\n          image', '        - image'),
      ['missing-field dir/a.yaml:14:11'],
      /containers\[0\]\.name: Required value/,
    ],
    [
      'a selector that does not match',
      edited('labels: { app: web }', 'labels: { app: wab }'),
      [
        'service-selects-nothing dir/b.yaml:5:13',
        'no-target-service dir/a.yaml:4:9',
        'selector-mismatch dir/a.yaml:11:15',
      ],
      /does not match/,
    ],
    [
      'an invalid value',
      edited('replicas: 2', 'replicas: -2'),
      ['invalid-object dir/a.yaml:6:13'],
      /greater than or equal to 0/,
    ],
    [
      'no kind',
      withFile('apiVersion: v1\nmetadata: { name: x }\n'),
      ['not-an-object dir/c.yaml:1:1'],
      /no kind/,
    ],
    ['no object at all', withFile('- a\n'), ['not-an-object dir/c.yaml:1:1'], /mapping/],
    [
      'no name',
      withFile('apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n'),
      ['not-an-object dir/c.yaml:3:11'],
      /metadata\.name/,
    ],
    [
      'a kind that is not there',
      withFile('apiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: x }\n'),
      ['unknown-kind dir/c.yaml:2:7'],
      /did you mean "Deployment"/,
    ],
    [
      'a version of the past',
      withFile('apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: { name: x }\n'),
      ['unknown-kind dir/c.yaml:1:13'],
      /apiVersion: apps\/v1/,
    ],
    [
      'an object twice',
      withFile(SERVICE),
      ['duplicate-object dir/c.yaml:3:19'],
      /dir\/b\.yaml:1:1/,
    ],
    [
      'a fault of a kind that is not run',
      withFile('apiVersion: v1\nkind: Secret\nmetadata: { name: x }\nstringdata: {}\n'),
      ['unknown-field dir/c.yaml:4:1'],
      /stringData/,
    ],
    [
      'metadata of a custom resource',
      withFile('apiVersion: example.com/v1\nkind: W\nmetadata: { name: x, label: {} }\n'),
      ['unknown-field dir/c.yaml:3:22'],
      /labels/,
    ],
    [
      'an alias of nothing',
      withFile('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: *x }\n'),
      ['yaml-syntax dir/c.yaml:3:19'],
      /anchor/,
    ],
  ])('%s', async (_, texts, summaries, words) => {
    const { findings } = await read(texts)
    expect(findings.map(summary).toSorted()).toEqual(summaries.toSorted())
    expect(findings.map(({ message, hint }) => `${message} (${hint})`).join('\n')).toMatch(words)
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true)
  })

  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['a path that is not there', {}, 'nowhere', 'path-missing'],
    ['an empty directory', { 'dir/notes.txt': '' }, 'dir', 'no-manifests'],
    ['files without an object', { 'dir/a.yaml': '# nothing\n---\n' }, 'dir', 'no-manifests'],
  ])('%s', async (_, texts, path, code) => {
    expect((await read(texts, path)).findings.map(summary)).toEqual([code])
  })

  test('a hitless.yaml that is a named pipe is a finding, and not waited for', async () => {
    const files: Files = {
      ...memoryFiles(VALID),
      statusOf: (path) =>
        Promise.resolve({ type: path.endsWith('hitless.yaml') ? 'pipe' : 'file', mode: 0o644 }),
      readText: (path, ...rest) =>
        path.endsWith('hitless.yaml')
          ? new Promise(() => {})
          : memoryFiles(VALID).readText(path, ...rest),
    }
    const { findings } = await readInput(files, 'dir')
    expect(findings.map(({ message }) => message)).toEqual([
      'dir/hitless.yaml cannot be read: it is a named pipe',
    ])
  })

  test('a file that cannot be read is a finding', async () => {
    const files = { ...memoryFiles(VALID), readText: () => Promise.reject(new Error('EACCES')) }
    const { findings } = await readInput(files, 'dir')
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['file-unreadable']))
  })
})

import type { Secret } from '../../../src/api/access.ts'
import type { ConfigMap } from '../../../src/api/core.ts'
import type { Container, PodSpec } from '../../../src/api/pod.ts'
import { type Scenario, app, until } from '../scenario.ts'

const SUCCEEDED = [until('phase', 'Succeeded')]

const CONFIG: ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config' },
  data: { one: '1', 'dotted.name': '2', '3rd': '3', shared: 'of the map' },
  binaryData: { bytes: 'QUI=' },
}
const SECRET: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'secret' },
  data: { word: 'b3Blbg==', shared: 'b2YgdGhlIHNlY3JldA==' },
}

/** A container that tells what it finds. Links of Services are as many as a namespace has, and left out. */
function tells(subjects: string, more: Partial<Container> = {}, spec: Partial<PodSpec> = {}) {
  return {
    restartPolicy: 'Never',
    enableServiceLinks: false,
    containers: [app(`tell ${subjects}`, more)],
    ...spec,
  } as const
}

const downward = (path: string, fieldPath: string) => ({ path, fieldRef: { fieldPath } })
const field = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
})
const amount = (name: string, resource: string, divisor?: string) => ({
  name,
  valueFrom: { resourceFieldRef: { resource, ...(divisor === undefined ? {} : { divisor }) } },
})

const RESOURCES = {
  requests: { cpu: '100m', memory: '64Mi' },
  limits: { cpu: '1500m', memory: '200Mi', 'ephemeral-storage': '1Gi' },
}

const VARIABLES = [
  { name: 'A', value: 'x' },
  { name: 'KNOWN', value: '<$(A)>' },
  { name: 'UNKNOWN', value: '<$(MISSING)>' },
  { name: 'ESCAPED', value: '<$$(A)>' },
  { name: 'TWICE', value: '<$$$(A)>' },
  { name: 'LATER', value: '<$(LAST)>' },
  { name: 'ITSELF', value: '<$(ITSELF)>' },
  { name: 'OPEN', value: '<$(A' },
  { name: 'BARE', value: '<$A $>' },
  { name: 'NESTED', value: '<$(A$(A))>' },
  { name: 'EMPTY', value: '<$()>' },
  { name: 'SPACED', value: '<$( A )>' },
  { name: 'END', value: '$' },
  { name: 'IMAGE', value: '<$(PATH)>' },
  { name: 'HOST', value: '<$(HOSTNAME)>' },
  { name: 'SERVICE', value: '<$(KUBERNETES_SERVICE_PORT)>' },
  { name: 'A', value: 'y' },
  { name: 'AFTER', value: '<$(A)>' },
  { name: 'LAST', value: 'z' },
]

/** What a program finds around itself: variables, files, names and addresses. */
export const FINDING: readonly Scenario[] = [
  {
    name: 'finds-defaults',
    about:
      'the variables, the directory and the user of a container for which the pod says nothing',
    spec: tells('env ids'),
    steps: SUCCEEDED,
    accepted: ['', 'HOME=/root; '].map((home) => ({
      why: 'HOME is that of the user in /etc/passwd of an image; an image that is a command has none, or the own one of this machine',
      lines: {
        'container app': `waiting ContainerCreating → running → terminated Completed 0 "${home}HOSTNAME=pod; KUBERNETES_PORT=tcp://ADDRESS:443; KUBERNETES_PORT_443_TCP=tcp://ADDRESS:443; KUBERNETES_PORT_443_TCP_ADDR=ADDRESS; KUBERNETES_PORT_443_TCP_PORT=443; KUBERNETES_PORT_443_TCP_PROTO=tcp; KUBERNETES_SERVICE_HOST=ADDRESS; KUBERNETES_SERVICE_PORT=443; KUBERNETES_SERVICE_PORT_HTTPS=443; 0:0 in 0"`,
      },
    })),
  },
  {
    name: 'finds-references',
    about: '$(NAME) in variables, known and unknown, escaped and broken',
    spec: tells(
      'env=A,KNOWN,UNKNOWN,ESCAPED,TWICE,LATER,ITSELF,OPEN,BARE,NESTED,EMPTY,SPACED,END,IMAGE,HOST,SERVICE,AFTER,LAST',
      { env: VARIABLES },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-references-in-arguments',
    about: '$(NAME) in the arguments of a container',
    spec: tells('=$(A) =$$(A) =$(MISSING) =$(LAST)$(KNOWN) =$(HOSTNAME) =$(PATH) =$ =$(A', {
      env: VARIABLES,
    }),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-variables-of-objects',
    about: 'variables of a ConfigMap and a Secret, with a prefix, one over the other',
    objects: [CONFIG, SECRET],
    spec: tells(
      'env=one,dotted.name,3rd,bytes,shared,P_word,P_shared,word,P_one,DIRECT,OF_SECRET,OPTIONAL,OPTIONAL_KEY,OWN',
      {
        envFrom: [
          { configMapRef: { name: 'config' } },
          { secretRef: { name: 'secret' } },
          { prefix: 'P_', secretRef: { name: 'secret' } },
          { configMapRef: { name: 'missing', optional: true } },
        ],
        env: [
          {
            name: 'DIRECT',
            valueFrom: { configMapKeyRef: { name: 'config', key: 'dotted.name' } },
          },
          { name: 'OF_SECRET', valueFrom: { secretKeyRef: { name: 'secret', key: 'word' } } },
          {
            name: 'OPTIONAL',
            valueFrom: { secretKeyRef: { name: 'missing', key: 'word', optional: true } },
          },
          {
            name: 'OPTIONAL_KEY',
            valueFrom: { configMapKeyRef: { name: 'config', key: 'no', optional: true } },
          },
          { name: 'one', value: '<$(one) $(P_word)>' },
          { name: 'OWN', value: '<$(one)>' },
        ],
      },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-fields',
    about: "fields of the pod and of the container's resources as variables",
    metadata: { labels: { tier: 'front' }, annotations: { note: 'two words' } },
    spec: tells(
      'env=NAME,TIER,NOTE,NO_LABEL,ACCOUNT,CPU,CPU_MILLI,CPU_LIMIT,MEMORY,MEMORY_MI,MEMORY_LIMIT,STORAGE',
      {
        resources: RESOURCES,
        env: [
          field('NAME', 'metadata.name'),
          field('TIER', "metadata.labels['tier']"),
          field('NOTE', "metadata.annotations['note']"),
          field('NO_LABEL', "metadata.labels['none']"),
          field('ACCOUNT', 'spec.serviceAccountName'),
          amount('CPU', 'requests.cpu'),
          amount('CPU_MILLI', 'requests.cpu', '1m'),
          amount('CPU_LIMIT', 'limits.cpu'),
          amount('MEMORY', 'requests.memory'),
          amount('MEMORY_MI', 'limits.memory', '1Mi'),
          amount('MEMORY_LIMIT', 'limits.memory'),
          amount('STORAGE', 'limits.ephemeral-storage', '1Mi'),
        ],
      },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-config-map',
    about: 'the files of a ConfigMap: all, and chosen ones with paths and modes',
    objects: [CONFIG],
    spec: tells(
      'files=/etc/all files=/etc/some',
      {
        volumeMounts: [
          { name: 'all', mountPath: '/etc/all' },
          { name: 'some', mountPath: '/etc/some' },
        ],
      },
      {
        volumes: [
          { name: 'all', configMap: { name: 'config' } },
          {
            name: 'some',
            configMap: {
              name: 'config',
              defaultMode: 0o440,
              items: [
                { key: 'one', path: 'deep/down/one' },
                { key: 'shared', path: 'shared', mode: 0o755 },
              ],
            },
          },
        ],
      },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-secret-and-fields',
    about: 'the files of a Secret, of the downward API, and of all in one projected volume',
    objects: [CONFIG, SECRET],
    metadata: { labels: { tier: 'front', app: 'web' }, annotations: { note: 'two "words"' } },
    spec: tells(
      'files=/etc/secret files=/etc/pod files=/etc/both',
      {
        resources: RESOURCES,
        volumeMounts: [
          { name: 'secret', mountPath: '/etc/secret' },
          { name: 'pod', mountPath: '/etc/pod' },
          { name: 'both', mountPath: '/etc/both' },
        ],
      },
      {
        volumes: [
          { name: 'secret', secret: { secretName: 'secret', defaultMode: 0o400 } },
          {
            name: 'pod',
            downwardAPI: {
              items: [
                downward('labels', 'metadata.labels'),
                downward('name', 'metadata.name'),
                { ...downward('note', "metadata.annotations['note']"), mode: 0o600 },
                {
                  path: 'cpu',
                  resourceFieldRef: { containerName: 'app', resource: 'limits.cpu', divisor: '1m' },
                },
              ],
            },
          },
          {
            name: 'both',
            projected: {
              defaultMode: 0o640,
              sources: [
                { configMap: { name: 'config', items: [{ key: 'one', path: 'one' }] } },
                {
                  secret: {
                    name: 'secret',
                    items: [{ key: 'word', path: 'in/word', mode: 0o444 }],
                  },
                },
                { downwardAPI: { items: [downward('in/name', 'metadata.name')] } },
                { configMap: { name: 'missing', optional: true } },
              ],
            },
          },
        ],
      },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-group',
    about: 'the files of a pod with runAsUser 1000, runAsGroup 2000 and fsGroup 3000',
    objects: [CONFIG, SECRET],
    spec: tells(
      'ids files=/etc/config files=/etc/secret files=/empty',
      {
        volumeMounts: [
          { name: 'config', mountPath: '/etc/config' },
          { name: 'secret', mountPath: '/etc/secret' },
          { name: 'empty', mountPath: '/empty' },
        ],
      },
      {
        securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000 },
        volumes: [
          { name: 'config', configMap: { name: 'config', items: [{ key: 'one', path: 'one' }] } },
          {
            name: 'secret',
            secret: {
              secretName: 'secret',
              defaultMode: 0o400,
              items: [{ key: 'word', path: 'word' }],
            },
          },
          { name: 'empty', emptyDir: {} },
        ],
      },
    ),
    steps: SUCCEEDED,
    accepted: [
      {
        why: 'a container other than root sees what is of hitless as its own',
        lines: {
          'container app':
            'waiting ContainerCreating → running → terminated Completed 0 "1000:2000 in 2000,3000; /etc/config 2777 1000:3000; /etc/config/one link to ..data/one 0644 1000:3000 "1"; /etc/secret 3777 1000:3000; /etc/secret/word link to ..data/word 0440 1000:3000 "open"; /empty 2777 1000:3000"',
        },
      },
    ],
  },
  {
    name: 'finds-sub-paths',
    about:
      'parts of volumes: a file of a ConfigMap, a directory that is made, and one by a variable',
    objects: [CONFIG],
    spec: tells(
      'files=/etc/one files=/data files=/expanded files=/whole',
      {
        env: [field('POD', 'metadata.name')],
        volumeMounts: [
          { name: 'config', mountPath: '/etc/one', subPath: 'one' },
          { name: 'empty', mountPath: '/data', subPath: 'made/here' },
          { name: 'empty', mountPath: '/expanded', subPathExpr: 'of-$(POD)' },
          { name: 'empty', mountPath: '/whole' },
        ],
      },
      {
        volumes: [
          { name: 'config', configMap: { name: 'config' } },
          { name: 'empty', emptyDir: {} },
        ],
      },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-directory',
    about: 'a working directory in a volume that is not there is made',
    spec: tells(
      'cwd env=PWD',
      {
        workingDir: '/state/not/there',
        volumeMounts: [{ name: 'state', mountPath: '/state' }],
      },
      { volumes: [{ name: 'state', emptyDir: {} }] },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-hosts',
    about: 'the name of a pod and its /etc/hosts',
    spec: tells('hosts env=HOSTNAME'),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-hosts-of-a-subdomain',
    about: 'the name of a pod with a hostname, a subdomain and aliases',
    spec: tells(
      'hosts env=HOSTNAME',
      {},
      {
        hostname: 'first',
        subdomain: 'group',
        hostAliases: [
          { ip: '10.9.8.7', hostnames: ['db', 'db.example'] },
          { ip: '10.9.8.6', hostnames: ['cache'] },
        ],
      },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-full-hostname',
    about: 'setHostnameAsFQDN with a subdomain',
    spec: tells(
      'hosts env=HOSTNAME',
      {},
      { hostname: 'a', subdomain: 'b', setHostnameAsFQDN: true },
    ),
    steps: [until('container app', 'terminated')],
  },
  {
    name: 'finds-cluster-dns',
    about: 'dnsPolicy ClusterFirst, with options of its own',
    spec: tells(
      'resolv',
      {},
      {
        dnsConfig: {
          nameservers: ['10.1.1.1'],
          searches: ['extra.example', 'svc.cluster.local'],
          options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
        },
      },
    ),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-plain-cluster-dns',
    about: 'dnsPolicy ClusterFirst',
    spec: tells('resolv'),
    steps: SUCCEEDED,
  },
  {
    name: 'finds-own-dns',
    about: 'dnsPolicy None',
    spec: tells(
      'resolv',
      {},
      {
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['10.1.1.1', '10.1.1.2'],
          searches: ['own.example'],
          options: [{ name: 'timeout', value: '3' }, { name: 'rotate' }],
        },
      },
    ),
    steps: SUCCEEDED,
  },
]

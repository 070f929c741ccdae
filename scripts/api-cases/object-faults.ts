import {
  change,
  changeAll,
  CONFIG_MAP,
  DEPLOYMENT,
  NAMESPACE,
  SERVICE,
  type JsonObject,
} from './base-objects.ts'

const LONG = 'a'.repeat(64)

const SERVICE_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a Service without ports': { 'spec.ports': undefined },
  'a headless Service without ports': { 'spec.ports': undefined, 'spec.clusterIP': 'None' },
  'a Service of two ports without names': { 'spec.ports': [{ port: 80 }, { port: 81 }] },
  'a Service of two ports of one name': {
    'spec.ports': [
      { name: 'a', port: 80 },
      { name: 'a', port: 81 },
    ],
  },
  'a Service of one port twice': {
    'spec.ports': [
      { name: 'a', port: 80 },
      { name: 'b', port: 80 },
    ],
  },
  'a Service port of 0': { 'spec.ports': [{ port: 0 }] },
  'a Service port without a number': { 'spec.ports': [{ name: 'x' }] },
  'a Service port of 70000': { 'spec.ports': [{ port: 70_000 }] },
  'a Service port with capitals': { 'spec.ports': [{ name: 'HTTP', port: 80 }] },
  'a target port of 0': { 'spec.ports': [{ port: 80, targetPort: 70_000 }] },
  'a target port name with capitals': { 'spec.ports': [{ port: 80, targetPort: 'Not_A_Port' }] },
  'a target port of an empty name': { 'spec.ports': [{ port: 80, targetPort: '' }] },
  'a protocol that is not known': { 'spec.ports': [{ port: 80, protocol: 'HTTP' }] },
  'a Service type that is not known': { 'spec.type': 'Internal' },
  'an affinity that is not known': { 'spec.sessionAffinity': 'Cookie' },
  'an ExternalName without a name': { 'spec.type': 'ExternalName', 'spec.ports': undefined },
  'a headless NodePort': { 'spec.type': 'NodePort', 'spec.clusterIP': 'None' },
  'a cluster IP that is none': { 'spec.clusterIP': 'ten' },
  'a node port on a ClusterIP': { 'spec.ports': [{ port: 80, nodePort: 30_080 }] },
  'a Service selector value of a bad form': { 'spec.selector': { app: 'not ok' } },
  'a Service name that starts with a digit': { 'metadata.name': '1web' },
  'a Service name with a dot': { 'metadata.name': 'web.one' },
  'a Service without a spec': { spec: undefined },
}

const META_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a name with capitals': { 'metadata.name': 'Web' },
  'a name with an underscore': { 'metadata.name': 'web_one' },
  'a name that is too long': { 'metadata.name': 'a'.repeat(254) },
  'no name': { 'metadata.name': undefined },
  'a label key of a bad form': { 'metadata.labels': { '-a': 'x' } },
  'a label key with two slashes': { 'metadata.labels': { 'a/b/c': 'x' } },
  'a label key with a bad prefix': { 'metadata.labels': { 'UPPER_/b': 'x' } },
  'an empty label key': { 'metadata.labels': { '': 'x' } },
  'a label key that ends with a slash': { 'metadata.labels': { 'a/': 'x' } },
  'a label value of a bad form': { 'metadata.labels': { a: 'x y' } },
  'a label value that is too long': { 'metadata.labels': { a: LONG } },
  'a label key that is too long': { 'metadata.labels': { [LONG]: 'x' } },
  'an empty label value': { 'metadata.labels': { a: '' } },
  'an annotation key of a bad form': { 'metadata.annotations': { 'a b': 'x' } },
  'annotation keys may have capitals': { 'metadata.annotations': { 'Example.com/Key': 'x' } },
  'annotations that are too large': { 'metadata.annotations': { a: 'x'.repeat(262_145) } },
}

const CONFIG_MAP_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a ConfigMap without content': { data: undefined },
  'a ConfigMap key with a blank': { data: { 'a b': 'x' } },
  'a ConfigMap key of two dots': { data: { '..': 'x' } },
  'a ConfigMap key that starts with two dots': { data: { '..a': 'x' } },
  'an empty ConfigMap key': { data: { '': 'x' } },
  'a ConfigMap key that is too long': { data: { ['a'.repeat(254)]: 'x' } },
  'a ConfigMap key in both forms': { data: { a: 'x' }, binaryData: { a: 'eA==' } },
  'a ConfigMap that is too large': { data: { a: 'x'.repeat(1024 * 1024 + 1) } },
}

/** Faults of names, labels, Services, ConfigMaps and Namespaces. */
export const OBJECT_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...faults(CONFIG_MAP, META_FAULTS),
  ...faults(SERVICE, SERVICE_FAULTS),
  ...faults(CONFIG_MAP, CONFIG_MAP_FAULTS),
  ['a Namespace with a dot', change(NAMESPACE, 'metadata.name', 'a.b')],
  ['a Namespace name that is too long', change(NAMESPACE, 'metadata.name', LONG)],
  ['a Deployment name with a dot', change(DEPLOYMENT, 'metadata.name', 'web.one')],
]

function faults(
  base: JsonObject,
  table: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly (readonly [string, JsonObject])[] {
  return Object.entries(table).map(([name, changes]) => [name, changeAll(base, changes)] as const)
}

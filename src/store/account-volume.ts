import type { ServiceAccount } from '../api/access.ts'
import { fieldsOf, isFields, textOf, type Fields } from '../base/fields.ts'

/** Where a client in a container looks for its account. */
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const NAME_PREFIX = 'kube-api-access-'

/** A token is asked for so many seconds; it is good for longer. */
const TOKEN_SECONDS = 3_607

const SOURCES: readonly Fields[] = [
  { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  {
    downwardAPI: {
      items: [
        { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
      ],
    },
  },
]

/**
 * The volume by which the containers of a pod reach the API server, as the admission plugin ServiceAccount adds it: in
 * every container that has nothing else in its place. `newName` completes the name of the volume.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-token-volume
 */
export function withAccountVolume(
  spec: Fields,
  account: ServiceAccount,
  newName: (prefix: string) => string,
): Fields {
  if (!isMounted(spec, account)) return spec
  const volumes = listIn(spec, 'volumes')
  const present = volumes
    .map((volume) => nameOf(volume))
    .find((name) => name.startsWith(NAME_PREFIX))
  const name = present ?? newName(NAME_PREFIX)
  const lists = ['initContainers', 'containers'].filter((list) =>
    listIn(spec, list).some((container) => !hasMount(container)),
  )
  if (lists.length === 0) return spec
  const mounted = lists.map(
    (list) => [list, listIn(spec, list).map((container) => withMount(container, name))] as const,
  )
  const volume = { name, projected: { sources: SOURCES, defaultMode: 0o644 } }
  return {
    ...spec,
    volumes: present === undefined ? [...volumes, volume] : volumes,
    ...Object.fromEntries(mounted),
  }
}

/** The pod's own wish comes before that of its account. */
function isMounted(
  { automountServiceAccountToken: own }: Fields,
  { automountServiceAccountToken: common }: ServiceAccount,
): boolean {
  return typeof own === 'boolean' ? own : (common ?? true)
}

function withMount(container: unknown, name: string): unknown {
  if (!isFields(container) || hasMount(container)) return container
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH }
  return { ...container, volumeMounts: [...listIn(container, 'volumeMounts'), mount] }
}

function hasMount(container: unknown): boolean {
  return (
    !isFields(container) ||
    listIn(container, 'volumeMounts').some(
      (mount) => isFields(mount) && mount['mountPath'] === MOUNT_PATH,
    )
  )
}

function nameOf(volume: unknown): string {
  return textOf(fieldsOf(volume)['name'])
}

function listIn(fields: Fields, name: string): readonly unknown[] {
  const list = fields[name]
  return Array.isArray(list) ? list : []
}

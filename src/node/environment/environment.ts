import type { Secret } from '../../api/access.ts'
import type { ConfigMap } from '../../api/core.ts'
import type { Container, EnvVar, KeyRef, Pod } from '../../api/pod.ts'
import type { ResourceAmounts } from '../../api/scheduling.ts'
import type { Service } from '../../api/service.ts'
import { decodeBase64 } from '../../base/base64.ts'
import { ContainerConfigError } from '../container/container-config-error.ts'
import { expandReferences } from './expansion.ts'
import { ownValue, podField } from './pod-field.ts'
import { resourceOfVariable } from './resource-field.ts'
import { serviceVariables } from './service-variables.ts'

/** What the values of environment variables can come from. */
export interface EnvironmentSources {
  readonly pod: Pod
  readonly podIP: string
  readonly hostIP: string
  /** Those of the pod's namespace, by name. */
  readonly configMaps: ReadonlyMap<string, ConfigMap>
  readonly secrets: ReadonlyMap<string, Secret>
  /** Those of the pod's namespace, and that of the API server. */
  readonly services: readonly Service[]
  /** The node's. */
  readonly allocatable: ResourceAmounts
}

type Variables = Map<string, string>

/**
 * The environment of a container: Services first, then envFrom, then env, each winning over what
 * came before. `$(NAME)` stands for what is defined earlier (Services, envFrom, env above it).
 * Throws ContainerConfigError. https://kubernetes.io/docs/tasks/inject-data-application/
 */
export function buildEnvironment(
  container: Container,
  sources: EnvironmentSources,
): Readonly<Record<string, string>> {
  const ofServices = serviceVariables(sources.pod, sources.services)
  const variables: Variables = new Map()
  addEnvFrom(variables, container, sources)
  const lookUp = (name: string) => variables.get(name) ?? ofServices.get(name)
  for (const variable of container.env ?? []) {
    const value = resolveValue(variable, { container, lookUp }, sources)
    if (value !== undefined) variables.set(variable.name, value)
  }
  return Object.fromEntries([...ofServices, ...variables])
}

function addEnvFrom(
  variables: Variables,
  container: Container,
  { configMaps, secrets }: EnvironmentSources,
): void {
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const values: Readonly<Record<string, string>> =
      configMapRef === undefined
        ? textsOf(objectOf(secrets, 'secret', secretRef))
        : (objectOf(configMaps, 'configmap', configMapRef)?.data ?? {})
    for (const [key, value] of Object.entries(values)) variables.set(prefix + key, value)
  }
}

/** Undefined: an optional value that is not there. */
function resolveValue(
  { value, valueFrom }: EnvVar,
  {
    container,
    lookUp,
  }: {
    readonly container: Container
    readonly lookUp: (name: string) => string | undefined
  },
  sources: EnvironmentSources,
): string | undefined {
  if (valueFrom === undefined || (value ?? '') !== '') return expandReferences(value ?? '', lookUp)
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom
  if (fieldRef !== undefined) return fieldValue(fieldRef.fieldPath, sources)
  if (resourceFieldRef !== undefined) {
    const { pod, allocatable } = sources
    return resourceOfVariable(resourceFieldRef, pod, { container, allocatable })
  }
  const { namespace = 'default' } = sources.pod.metadata
  if (configMapKeyRef !== undefined) {
    const configMap = objectOf(sources.configMaps, 'configmap', configMapKeyRef)
    return keyOf(configMap?.data, configMapKeyRef, `ConfigMap ${namespace}`)
  }
  if (secretKeyRef !== undefined) {
    const secret = objectOf(sources.secrets, 'secret', secretKeyRef)
    return keyOf(textsOf(secret), secretKeyRef, `Secret ${namespace}`)
  }
  // Only a fileKeyRef is left, whose gate (EnvFiles) is off in 1.34: the kubelet does not look at it.
  return ''
}

/** Undefined: it is optional and not there. */
function objectOf<T>(
  objects: ReadonlyMap<string, T>,
  kind: 'configmap' | 'secret',
  ref: { readonly name: string; readonly optional?: boolean } | undefined,
): T | undefined {
  const found = objects.get(ref?.name ?? '')
  if (found !== undefined || ref === undefined || ref.optional === true) return found
  throw new ContainerConfigError(`${kind} "${ref.name}" not found`)
}

function keyOf(
  values: Readonly<Record<string, string>> | undefined,
  { name, key, optional }: KeyRef,
  subject: string,
): string | undefined {
  const found = ownValue(values, key)
  if (found !== undefined || optional === true) return found
  throw new ContainerConfigError(`couldn't find key ${key} in ${subject}/${name}`)
}

/** What is no UTF-8 cannot be kept in a text. */
function textsOf(secret: Secret | undefined): Readonly<Record<string, string>> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const entries = Object.entries(secret?.data ?? {})
  return Object.fromEntries(
    entries.map(([key, value]) => [key, decoder.decode(decodeBase64(value))]),
  )
}

/** https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-fieldRef */
function fieldValue(path: string, { pod, podIP, hostIP }: EnvironmentSources): string {
  switch (path) {
    case 'spec.nodeName':
    case 'spec.host':
      return pod.spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? ''
    case 'status.podIP':
    case 'status.podIPs':
      return podIP
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP
    default: {
      const value = podField(pod, path)
      if (value === undefined) throw new ContainerConfigError(`unsupported fieldPath: ${path}`)
      return value
    }
  }
}

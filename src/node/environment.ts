import type { ConfigMap } from '../api/core.ts'
import type { Container, EnvVar, Pod } from '../api/pod.ts'
import type { Service } from '../api/service.ts'
import { expandReferences } from './expansion.ts'

/** What the values of environment variables can come from. */
export interface EnvironmentSources {
  readonly pod: Pod
  readonly podIP: string
  readonly hostIP: string
  /** Those of the pod's namespace, by name. */
  readonly configMaps: ReadonlyMap<string, ConfigMap>
  /** Those of the pod's namespace. */
  readonly services: readonly Service[]
}

/** Why a container cannot be configured: Kubernetes' CreateContainerConfigError. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError'
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
  const ofServices = serviceVariables(sources)
  const variables: Variables = new Map()
  addEnvFrom(variables, container, sources)
  for (const variable of container.env ?? []) {
    const value = resolveValue(
      variable,
      sources,
      (name) => variables.get(name) ?? ofServices.get(name),
    )
    if (value !== undefined) variables.set(variable.name, value)
  }
  return Object.fromEntries([...ofServices, ...variables])
}

function addEnvFrom(
  variables: Variables,
  container: Container,
  { configMaps }: EnvironmentSources,
): void {
  for (const { prefix = '', configMapRef, ...other } of container.envFrom ?? []) {
    if (configMapRef === undefined) throw unsupportedSource(Object.keys(other))
    const configMap = configMaps.get(configMapRef.name)
    if (configMap === undefined && configMapRef.optional !== true) {
      throw new ContainerConfigError(`configmap "${configMapRef.name}" not found`)
    }
    for (const [key, value] of Object.entries(configMap?.data ?? {})) {
      variables.set(prefix + key, value)
    }
  }
}

/** Undefined: an optional value that is not there. */
function resolveValue(
  { value, valueFrom }: EnvVar,
  sources: EnvironmentSources,
  lookUp: (name: string) => string | undefined,
): string | undefined {
  if (valueFrom === undefined) return expandReferences(value ?? '', lookUp)
  if (valueFrom.fieldRef !== undefined) return fieldValue(valueFrom.fieldRef.fieldPath, sources)
  if (valueFrom.configMapKeyRef === undefined) throw unsupportedSource(Object.keys(valueFrom))

  const { name, key, optional } = valueFrom.configMapKeyRef
  const configMap = sources.configMaps.get(name)
  const found = valueNamed(configMap?.data, key)
  if (found !== undefined || optional === true) return found
  throw new ContainerConfigError(
    configMap === undefined
      ? `configmap "${name}" not found`
      : `couldn't find key ${key} in ConfigMap ${sources.pod.metadata.namespace}/${name}`,
  )
}

/** Not what every JavaScript object inherits: a key may be `constructor`. */
function valueNamed(
  values: Readonly<Record<string, string>> | undefined,
  key: string,
): string | undefined {
  return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined
}

/** https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-fieldRef */
function fieldValue(path: string, { pod, podIP, hostIP }: EnvironmentSources): string {
  const { metadata, spec } = pod
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (keyed !== null) {
    const values = keyed[1] === 'labels' ? metadata.labels : metadata.annotations
    return valueNamed(values, keyed[2] ?? '') ?? ''
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'spec.nodeName':
      return spec.nodeName ?? ''
    case 'status.podIP':
    case 'status.podIPs':
      return podIP
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP
    default:
      throw new ContainerConfigError(`unsupported fieldPath: ${path}`)
  }
}

/** The variables of every Service with an address, in Kubernetes' and in Docker's form. */
function serviceVariables({ services, pod }: EnvironmentSources): Variables {
  const variables: Variables = new Map()
  if (pod.spec['enableServiceLinks'] === false) return variables
  for (const { metadata, spec } of services) {
    const address = spec.clusterIP
    const first = spec.ports?.[0]
    if (address === undefined || address === '' || address === 'None' || first === undefined) {
      continue
    }
    const name = metadata.name.toUpperCase().replaceAll('-', '_')
    variables.set(`${name}_SERVICE_HOST`, address)
    variables.set(`${name}_SERVICE_PORT`, String(first.port))
    const firstProtocol = (first.protocol ?? 'TCP').toLowerCase()
    variables.set(`${name}_PORT`, `${firstProtocol}://${address}:${first.port}`)
    for (const { name: portName, port, protocol = 'TCP' } of spec.ports ?? []) {
      if (portName !== undefined && portName !== '') {
        const suffix = portName.toUpperCase().replaceAll('-', '_')
        variables.set(`${name}_SERVICE_PORT_${suffix}`, String(port))
      }
      const prefix = `${name}_PORT_${port}_${protocol}`
      variables.set(prefix, `${protocol.toLowerCase()}://${address}:${port}`)
      variables.set(`${prefix}_PROTO`, protocol.toLowerCase())
      variables.set(`${prefix}_PORT`, String(port))
      variables.set(`${prefix}_ADDR`, address)
    }
  }
  return variables
}

function unsupportedSource(sources: readonly string[]): ContainerConfigError {
  return new ContainerConfigError(
    `environment variables from ${sources.join(', ') || 'nothing'} are not supported by hitless; use value, fieldRef or a ConfigMap`,
  )
}

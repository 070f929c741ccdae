import type { Container, Pod } from '../api/pod.ts'
import type { ContainerConfig, ImageConfig } from '../runtime/runtime.ts'
import { buildEnvironment, ContainerConfigError, type EnvironmentSources } from './environment.ts'
import { expandReferences } from './expansion.ts'

/**
 * What the runtime is told to run. The manifest's command replaces the image's; args alone are
 * appended to it, because an image here is one command list. `$(NAME)` is expanded in both.
 * Throws ContainerConfigError. https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function containerConfig(
  container: Container,
  image: ImageConfig,
  instance: { readonly id: string; readonly restart: number; readonly logDirectory: string },
  sources: EnvironmentSources,
): ContainerConfig {
  const { pod } = sources
  const env = { ...image.env, ...buildEnvironment(container, sources) }
  const variables = new Map(Object.entries(env))
  const expand = (text: string) => expandReferences(text, (name) => variables.get(name))
  const entry = container.command?.length ? container.command.map(expand) : image.command
  const command = [...entry, ...(container.args ?? []).map(expand)]
  if (command.length === 0) throw new ContainerConfigError('no command specified')
  return {
    id: instance.id,
    sandboxId: pod.metadata.uid ?? '',
    name: container.name,
    command,
    env: { HOSTNAME: podHostname(pod), ...env },
    workingDir: container.workingDir ?? image.workingDir,
    ...(container['stdin'] === true ? { stdin: true } : {}),
    logPath: logPath(pod, container.name, instance),
  }
}

/** The pod's name unless the manifest gives one; 63 characters at most. */
export function podHostname(pod: Pod): string {
  return (pod.spec.hostname ?? pod.metadata.name).slice(0, 63)
}

/** The layout of /var/log/pods. */
export function logPath(
  { metadata }: Pod,
  container: string,
  { restart, logDirectory }: { readonly restart: number; readonly logDirectory: string },
): string {
  return `${logDirectory}/${metadata.namespace}_${metadata.name}_${metadata.uid}/${container}/${restart}.log`
}

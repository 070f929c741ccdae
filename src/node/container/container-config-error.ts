/** Why a container cannot be configured: Kubernetes' CreateContainerConfigError. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError'
}

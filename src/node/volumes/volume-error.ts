/** Why a volume cannot be set up, in the kubelet's words. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError'
}

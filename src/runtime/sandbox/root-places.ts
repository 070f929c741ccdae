/** Where a container's tmpfs, and the root directory made on it, lie in its own mount namespace until it is moved to `/`. */
export const SCRATCH = '/run/hitless/scratch'
export const NEW_ROOT = '/run/hitless/root'

/** What a container writes into its root directory, outside of the directories that have an overlay of their own. */
export const UPPER = `${SCRATCH}/upper`
/** What only one container mounts, in fstab(5). */
export const FSTAB = `${SCRATCH}/fstab`

/** Where an image's root directory is seen while the overlay over it is mounted: this path fits into the options of a mount. */
export const LOWER = '/run/hitless/lower'

/**
 * Made once, for all containers: `tmpfs`, what the tmpfs of each begins with; `own`, what each finds in its root directory
 * whatever it was made from; `machine`, the root directory of one without an image; `fstab`, its mounts.
 */
export const SKELETON = '/run/hitless/skeleton'

/** The overlay of the root directory itself, in fstab(5). */
export function rootLine(options: string, lower: string): string {
  return `overlay ${NEW_ROOT} overlay ${options},lowerdir=${SKELETON}/own:${lower},upperdir=${UPPER},workdir=${SCRATCH}/workdir/0 0 0`
}

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty']

/** Makes the places of OWN_MOUNTS, and the links of a container's /dev as the OCI runtime specification has them. */
export function makeOwnScript(root: string): string {
  const made = DEVICES.map((name) => `: >${root}/dev/${name}\n`).join('')
  return `mkdir -p ${root}/proc ${root}/sys ${root}/dev/pts ${root}/dev/shm
${made}ln -s /proc/self/fd ${root}/dev/fd
ln -s pts/ptmx ${root}/dev/ptmx
ln -s /proc/self/fd/0 ${root}/dev/stdin
ln -s /proc/self/fd/1 ${root}/dev/stdout
ln -s /proc/self/fd/2 ${root}/dev/stderr
`
}

/** Of every container, in fstab(5). The machine's /dev/shm would join programs of different pods by the names they use there. */
export const OWN_MOUNTS: readonly string[] = [
  `proc ${NEW_ROOT}/proc proc defaults 0 0`,
  `/sys ${NEW_ROOT}/sys none rbind 0 0`,
  ...DEVICES.map((name) => `/dev/${name} ${NEW_ROOT}/dev/${name} none bind 0 0`),
  `/dev/pts ${NEW_ROOT}/dev/pts none rbind 0 0`,
  `tmpfs ${NEW_ROOT}/dev/shm tmpfs mode=1777,nosuid,nodev 0 0`,
]

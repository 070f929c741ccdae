import type { ContainerConfig, Mount } from '../runtime.ts'
import { LOWER, makeDevicesScript, NEW_ROOT, OWN_MOUNTS, SCRATCH, SKELETON } from './root-places.ts'
import { isWorkingTree, type RootPlan } from './root-plan.ts'
import { quote } from '../process/shell.ts'
import type { SandboxTools } from './tools.ts'

/**
 * The part of a container's script that makes its root directory at NEW_ROOT, on a tmpfs in its own mount
 * namespace, which ends with it. What is missing where something is to be mounted is made beforehand in the upper
 * layers: in the overlay itself a user namespace may make nothing below a directory that belongs to others.
 */
export function rootScript(tools: SandboxTools, plan: RootPlan, config: ContainerConfig): string {
  const { rootDirectory } = config
  const mounts = mountsOf(config)
  const skeleton = rootDirectory === undefined ? MACHINE : imageSkeleton(plan, rootDirectory)
  return `
root=${rootDirectory === undefined ? '' : quote(rootDirectory)}
${tools.mount} -t tmpfs -o mode=755 tmpfs ${SCRATCH} || refuse 'cannot mount a tmpfs for the container'
${skeleton}
place() {
  case $resolved/ in
${rootDirectory === undefined ? placesOf(plan) : IMAGE_PLACES}
  esac
}
${mounts.length === 0 ? '' : PREPARE_MOUNT}
cd / || refuse 'there is no root directory'
${mounts.map((mount, index) => prepareLine(mount, index, mounts)).join('\n')}
# What has gone since the plan was made does not matter; what a container was promised follows.
${tools.mount} -a -T ${SCRATCH}/fstab 2>/dev/null
${mounts.length === 0 ? '' : mountFunction(tools)}
${mounts.map(mountLine).join('\n')}
root=${NEW_ROOT}
[ -e "$root/proc/self" ] || refuse 'cannot mount /proc in the container'
${rootDirectory === undefined ? '' : MAKE_WORKING_DIRECTORY}
`
}

/** The working tree of the user first: a mount may lie inside of it. */
function mountsOf({ workingDir, rootDirectory, mounts = [] }: ContainerConfig): readonly Mount[] {
  if (rootDirectory !== undefined || !isWorkingTree(workingDir)) return mounts
  // A place for what is mounted inside would have to be made in the tree itself.
  if (mounts.some(({ target }) => isBelow(target, workingDir))) return mounts
  return [{ source: workingDir, target: workingDir, readOnly: false }, ...mounts]
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory.replace(/\/+$/, '')}/`)
}

/** As container runtimes do where an image lacks it. */
const MAKE_WORKING_DIRECTORY = `resolve "$directory"
mkdir -p "$root$resolved" 2>/dev/null`

const MACHINE = `cp -a ${SKELETON}/. ${SCRATCH}`

function imageSkeleton({ overlayOptions = '' }: RootPlan, rootDirectory: string): string {
  const overlay = `${overlayOptions},lowerdir=${LOWER},upperdir=${SCRATCH}/up,workdir=${SCRATCH}/workdir`
  const fstab = [
    `${fstabField(rootDirectory)} ${LOWER} none rbind 0 0`,
    `overlay ${NEW_ROOT} overlay ${overlay} 0 0`,
    ...OWN_MOUNTS,
  ].map((line) => `${line}\n`)
  return `mkdir -p ${LOWER} ${SCRATCH}/up ${SCRATCH}/workdir ${SCRATCH}/fstab
${makeDevicesScript(`${SCRATCH}/up`)}
printf %s ${quote(fstab.join(''))} >${SCRATCH}/fstab/0.fstab`
}

function fstabField(path: string): string {
  return path.replaceAll(
    /[\s\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
}

function patterns(paths: readonly string[]): string {
  return paths.map((path) => `${quote(path)}/*`).join(' | ')
}

/** Where a place for a mount is made when it is missing at `$resolved`; empty where it cannot be. */
function placesOf({ overlays, binds }: RootPlan): string {
  return [
    ...(overlays.length === 0 ? [] : [`    ${patterns(overlays)}) made=${SCRATCH}/up$resolved ;;`]),
    `    ${patterns([...binds, '/proc', '/sys'])}) made= ;;`,
    `    *) made=${SCRATCH}/root$resolved ;;`,
  ].join('\n')
}

const IMAGE_PLACES = `    /proc/* | /sys/*) made= ;;
    *) made=${SCRATCH}/up$resolved ;;`

/**
 * `prepare_mount SOURCE TARGET INSIDE` sets `$resolved` and makes the place where there is none. INSIDE: where it
 * lies in the source of an earlier mount, as container runtimes make it.
 */
const PREPARE_MOUNT = `
prepare_mount() {
  resolve "$2"
  made=$3
  if [ -z "$made" ]; then
    case $resolved in
      # Made anew for each container.
      /dev/* | /run/*) ;;
      *) [ -e "$root$resolved" ] && return ;;
    esac
    place
  fi
  [ -n "$made" ] || return
  [ -e "$made" ] && return
  if [ -d "$1" ]; then
    mkdir -p "$made" 2>/dev/null
  else
    mkdir -p "\${made%/*}" 2>/dev/null
    { : >"$made"; } 2>/dev/null
  fi
}
`

function prepareLine({ source, target }: Mount, index: number, mounts: readonly Mount[]): string {
  const outer = mounts.slice(0, index).findLast((mount) => isBelow(target, mount.target))
  const rest = outer === undefined ? '' : target.slice(outer.target.replace(/\/+$/, '').length)
  const inside = outer === undefined ? '' : `${outer.source}${rest}`
  return `prepare_mount ${quote(source)} ${quote(target)} ${quote(inside)}
target_${index}=$resolved`
}

/**
 * A read-only mount takes two steps of the kernel, and the second must keep the options of the source that a user
 * namespace may not take away (mount_namespaces(7)); which these are, trying tells.
 */
function mountFunction({ mount }: SandboxTools): string {
  return `
mount_at() {
  [ -e "$1" ] || refuse "cannot mount $1 at $4: there is no such file or directory"
  [ -e "${NEW_ROOT}$2" ] || refuse "cannot mount $1 at $4: nothing can be made there"
  [ "$3" = ro ] && ${mount} -o rbind,ro -- "$1" "${NEW_ROOT}$2" 2>/dev/null && return
  ${mount} --rbind -- "$1" "${NEW_ROOT}$2" 2>/dev/null || refuse "cannot mount $1 at $4"
  [ "$3" = ro ] || return 0
  for kept in ,nosuid,nodev ,nosuid,nodev,noexec ,nosuid ,nodev ,noexec ,noatime; do
    ${mount} -o "remount,bind,ro$kept" -- "${NEW_ROOT}$2" 2>/dev/null && return
  done
  refuse "cannot mount $1 at $4 read-only"
}
`
}

function mountLine({ source, target, readOnly }: Mount, index: number): string {
  const mode = readOnly ? 'ro' : 'rw'
  return `mount_at ${quote(source)} "$target_${index}" ${mode} ${quote(target)}`
}

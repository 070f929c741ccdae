import type { ContainerConfig, Mount } from '../runtime.ts'
import {
  FSTAB,
  LOWER,
  NEW_ROOT,
  OWN_MOUNTS,
  rootLine,
  SCRATCH,
  SKELETON,
  UPPER,
} from './root-places.ts'
import { isWorkingTree, type RootPlan } from './root-plan.ts'
import { ESCAPE } from './shell-functions.ts'
import { quote } from '../process/shell.ts'
import type { SandboxTools } from './tools.ts'

/**
 * The part of a container's script that makes its root directory at NEW_ROOT, on a tmpfs in its own mount
 * namespace, which ends with it. What is missing where something is to be mounted is made beforehand in the upper
 * layers: in the overlay itself a user namespace may make nothing below a directory that belongs to others.
 *
 * Each program that the shell starts costs more than all these mounts together, so that one program does each kind of work.
 */
export function rootScript(tools: SandboxTools, plan: RootPlan, config: ContainerConfig): string {
  const { rootDirectory } = config
  const mounts = mountsOf(config)
  const hasImage = rootDirectory !== undefined
  const fstabs = hasImage ? `-T ${FSTAB}` : `-T ${SKELETON}/fstab -T ${FSTAB}`
  return `
root=${hasImage ? quote(rootDirectory) : ''}
${tools.mount} -t tmpfs -o mode=755 tmpfs ${SCRATCH} || refuse 'cannot mount a tmpfs for the container'
# The modes are what the directories have, not what new files get.
(umask 0; exec cp -RP ${SKELETON}/tmpfs/. ${SCRATCH})
printf %s ${quote(hasImage ? imageFstab(plan, rootDirectory) : '')} >${FSTAB}
place() {
  case $resolved/ in
${hasImage ? IMAGE_PLACES : placesOf(plan)}
  esac
}
${PREPARE_MOUNT}
${mounts.map(prepareLine).join('\n')}
${MAKE_PLACES}
cd / || refuse 'there is no root directory'
# What has gone since the plan was made does not matter; what a container was promised does.
${tools.mount} -a ${fstabs} 2>/dev/null || {
${mountFunction(tools)}
${mounts.map(mountLine).join('\n')}
}
root=${NEW_ROOT}
[ -e "$root/proc/self" ] || refuse 'cannot mount /proc in the container'
${isWorkingDirectoryMade(config) ? MAKE_WORKING_DIRECTORY : ''}
`
}

/** Whether one that is missing is made: in an image, as container runtimes do, or in a volume, but not on this machine. */
export function isWorkingDirectoryMade({
  workingDir,
  rootDirectory,
  mounts = [],
}: ContainerConfig): boolean {
  return (
    rootDirectory !== undefined || mounts.some(({ target }) => isBelow(`${workingDir}/`, target))
  )
}

/** The working tree of the user first: a mount may lie inside of it. */
function mountsOf(config: ContainerConfig): readonly Mount[] {
  const { workingDir, mounts = [] } = config
  if (isWorkingDirectoryMade(config) || !isWorkingTree(workingDir)) return mounts
  // A place for what is mounted inside would have to be made in the tree itself.
  if (mounts.some(({ target }) => isBelow(target, workingDir))) return mounts
  return [{ source: workingDir, target: workingDir, readOnly: false }, ...mounts]
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory.replace(/\/+$/, '')}/`)
}

const MAKE_WORKING_DIRECTORY = `resolve "$directory"
[ -d "$root$resolved" ] || mkdir -p "$root$resolved" 2>/dev/null`

function imageFstab({ overlayOptions = '' }: RootPlan, rootDirectory: string): string {
  const lines = [
    `${fstabField(rootDirectory)} ${LOWER} none rbind 0 0`,
    rootLine(overlayOptions, LOWER),
    ...OWN_MOUNTS,
  ]
  return lines.map((line) => `${line}\n`).join('')
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
    `    *) made=${UPPER}$resolved ;;`,
  ].join('\n')
}

const IMAGE_PLACES = `    /proc/* | /sys/*) made= ;;
    *) made=${UPPER}$resolved ;;`

/**
 * `prepare_mount SOURCE TARGET INSIDE` sets `$resolved`, and notes the place where there is none. INSIDE: where it
 * lies in the source of an earlier mount, as container runtimes make it. `promise FIELD OPTIONS` notes the mount.
 */
const PREPARE_MOUNT = `
directories=
files=
prepare_mount() {
  [ -e "$1" ] || refuse "cannot mount $1 at $2: there is no such file or directory"
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
  # Notes are lines.
  case $made in *'
'*) return ;; esac
  if [ -d "$1" ]; then
    need_directory "$made"
  else
    need_directory "\${made%/*}"
    files="$files$made
"
  fi
}
need_directory() {
  [ -d "$1" ] || directories="$directories$1
"
}
${ESCAPE}
promise() {
  escape "$resolved"
  printf '%s\\n' "$1 ${NEW_ROOT}$escaped none $2 0 0" >>${FSTAB}
}
`

const MAKE_PLACES = `
IFS='
'
set -f
[ -z "$directories" ] || mkdir -p $directories 2>/dev/null
for file in $files; do [ -e "$file" ] || true >"$file"; done 2>/dev/null
set +f
unset IFS
`

function prepareLine(
  { source, target, readOnly }: Mount,
  index: number,
  mounts: readonly Mount[],
): string {
  const outer = mounts.slice(0, index).findLast((mount) => isBelow(target, mount.target))
  const rest = outer === undefined ? '' : target.slice(outer.target.replace(/\/+$/, '').length)
  const inside = outer === undefined ? '' : `${outer.source}${rest}`
  return `prepare_mount ${quote(source)} ${quote(target)} ${quote(inside)}
target_${index}=$resolved
promise ${quote(fstabField(source))} ${readOnly ? 'rbind,ro' : 'rbind'}`
}

/**
 * Mounts once more what a call for all of them has not mounted as promised; that one does not tell which.
 * A read-only mount takes two steps of the kernel, and the second must keep the options of the source that a user
 * namespace may not take away (mount_namespaces(7)); which these are, trying tells.
 */
function mountFunction({ mount }: SandboxTools): string {
  return `
mount_at() {
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

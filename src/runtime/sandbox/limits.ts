import type { LimitedResource, ResourceLimits } from '../runtime.ts'
import { quote } from '../process/shell.ts'

/**
 * Finds where this machine lets hitless make cgroups, makes one there and prints it: of version 1 one for each
 * controller; of version 2, for what version 1 does not have, one below the nearest ancestor that hands the controllers
 * down, or can be told to. Process 1 of the node's PID namespace enters `owner` in it: the kernel tells by that whose run is
 * over, and what such a run has left goes.
 */
export const FIND_CGROUPS_SCRIPT = `
memory= cpu= unified=
while IFS=: read -r number controllers path; do
  case ,$controllers, in
    *,memory,*) memory=/sys/fs/cgroup/memory$path ;;
    *,cpu,*) cpu=/sys/fs/cgroup/cpu$path ;;
    ,,) unified=$path ;;
  esac
done </proc/self/cgroup
remove_left() {
  for left in "$1"/hitless.*; do
    if [ -d "$left/owner" ]; then rmdir "$left/owner" 2>/dev/null || continue
    # It may be about to have one.
    elif [ -z "$(find "$left" -maxdepth 0 -mmin +1 2>/dev/null)" ]; then continue
    fi
    rmdir "$left"/* "$left" 2>/dev/null
  done
}
make_below() {
  remove_left "$1"
  made=$(mktemp -d "$1/hitless.XXXXXX" 2>/dev/null) && chmod 755 "$made"
}
# Without it limits hold too, but others may take the cgroup for left.
own_made() {
  for attempt in 1 2 3; do
    # Between the two it looks left.
    mkdir "$made/owner" && echo 1 >"$made/owner/cgroup.procs" && return
  done 2>/dev/null
  rmdir "$made/owner" 2>/dev/null
}
enter() { sh -c 'echo 0 >"$1/cgroup.procs"' sh "$1" 2>/dev/null; }
wanted=
for controller in memory cpu; do
  [ "$controller" = memory ] && directory=\${memory%/} file=memory.limit_in_bytes
  [ "$controller" = cpu ] && directory=\${cpu%/} file=cpu.cfs_quota_us
  [ -n "$directory" ] || { wanted="$wanted $controller"; continue; }
  [ -d "$directory" ] || directory=/sys/fs/cgroup/$controller
  make_below "$directory" || continue
  if [ -w "$made/$file" ] && enter "$made"; then
    own_made
    echo "$controller=$made"
  else
    rmdir "$made"
  fi
done
find_own() {
  while read -r id parent device root place rest; do
    case $rest in *' - cgroup2 '*) ;; *) continue ;; esac
    top=$place
    case $unified/ in "\${root%/}"/*) own=$place\${unified#"\${root%/}"} own=\${own%/}; return 0 ;; esac
  done </proc/self/mountinfo
  return 1
}
hand_down() {
  for controller in $2; do
    { echo "+$controller" >"$1/cgroup.subtree_control"; } 2>/dev/null
    read -r handed <"$1/cgroup.subtree_control" 2>/dev/null || return 1
    case " $handed " in *" $controller "*) ;; *) return 1 ;; esac
  done
}
try_below() {
  directory=$own
  while :; do
    if hand_down "$directory" "$1" && make_below "$directory"; then
      if enter "$made" && hand_down "$made" "$1"; then
        own_made
        echo "unified=$made"
        echo "unified_controllers=$1"
        echo "unified_home=$own"
        return 0
      fi
      rmdir "$made"
    fi
    [ "$directory" = "$top" ] && return 1
    directory=\${directory%/*}
  done
}
if [ -n "$wanted" ] && find_own; then
  wanted=\${wanted# }
  try_below "$wanted" || { [ "$wanted" != "\${wanted#* }" ] && { try_below memory || try_below cpu; }; }
fi
`

/** Directories of cgroups by controller. */
export interface Cgroups {
  readonly memory?: string
  readonly cpu?: string
  readonly unified?: Unified
}

/** A cgroup of version 2 that hands these controllers to those below it. */
interface Unified {
  readonly directory: string
  readonly controllers: readonly string[]
  /** The one that hitless was started in. */
  readonly home: string
}

/** Reads what FIND_CGROUPS_SCRIPT printed. */
export function parseCgroups(text: string): Cgroups {
  const valueOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1]
  const memory = valueOf('memory')
  const cpu = valueOf('cpu')
  const directory = valueOf('unified')
  const controllers = (valueOf('unified_controllers') ?? '').split(' ')
  const home = valueOf('unified_home') ?? ''
  return {
    ...(memory === undefined ? {} : { memory }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(directory === undefined ? {} : { unified: { directory, controllers, home } }),
  }
}

/** One file of a cgroup and what is written into it. */
interface CgroupSetting {
  readonly file: string
  readonly value: string
  /** A kernel without it enforces the limit all the same. */
  readonly isOptional?: boolean
}

/** How one limit is enforced: a directory that is made, then its files in this order. */
export interface EnforcedLimit {
  readonly resource: LimitedResource
  readonly directory: string
  readonly settings: readonly CgroupSetting[]
}

/** What the kernel is told for limits. */
export interface CgroupSettings {
  readonly limits: readonly EnforcedLimit[]
  /** Counts processes that the kernel ended for want of memory, in a line `oom_kill N`. */
  readonly memoryEvents?: string
  /** Limits that nothing here enforces. */
  readonly unenforced: readonly LimitedResource[]
}

/** In microseconds: Kubernetes' own (`cpuCFSQuotaPeriod`), and the least quota that the kernel takes. */
const CPU_PERIOD = 100_000
const CPU_QUOTA_MIN = 1_000

export function cgroupSettings(
  cgroups: Cgroups,
  name: string,
  { memoryBytes, cpuMillis }: ResourceLimits,
): CgroupSettings {
  const limits: EnforcedLimit[] = []
  const unenforced: LimitedResource[] = []
  let memoryEvents: string | undefined
  if (memoryBytes !== undefined) {
    const limit = memoryLimit(cgroups, name, String(memoryBytes))
    if (limit === undefined) unenforced.push('memory')
    else {
      limits.push(limit)
      const file = cgroups.memory === undefined ? 'memory.events' : 'memory.oom_control'
      memoryEvents = `${limit.directory}/${file}`
    }
  }
  if (cpuMillis !== undefined) {
    const quota = Math.max(CPU_QUOTA_MIN, Math.floor((cpuMillis * CPU_PERIOD) / 1_000))
    const limit = cpuLimit(cgroups, name, quota)
    if (limit === undefined) unenforced.push('cpu')
    else limits.push(limit)
  }
  return { limits, unenforced, ...(memoryEvents === undefined ? {} : { memoryEvents }) }
}

/** Swap is no way out, as without the kubelet's swap, and in version 2 all of a container's processes end together. */
function memoryLimit(
  { memory, unified }: Cgroups,
  name: string,
  value: string,
): EnforcedLimit | undefined {
  const resource = 'memory'
  if (memory !== undefined) {
    const directory = `${memory}/${name}`
    const settings = [
      { file: `${directory}/memory.limit_in_bytes`, value },
      { file: `${directory}/memory.memsw.limit_in_bytes`, value, isOptional: true },
    ]
    return { resource, directory, settings }
  }
  if (unified?.controllers.includes(resource) !== true) return undefined
  const directory = `${unified.directory}/${name}`
  const settings = [
    { file: `${directory}/memory.max`, value },
    { file: `${directory}/memory.swap.max`, value: '0', isOptional: true },
    { file: `${directory}/memory.oom.group`, value: '1', isOptional: true },
  ]
  return { resource, directory, settings }
}

function cpuLimit(
  { cpu, unified }: Cgroups,
  name: string,
  quota: number,
): EnforcedLimit | undefined {
  const resource = 'cpu'
  if (cpu !== undefined) {
    const directory = `${cpu}/${name}`
    const settings = [
      { file: `${directory}/cpu.cfs_period_us`, value: String(CPU_PERIOD), isOptional: true },
      { file: `${directory}/cpu.cfs_quota_us`, value: String(quota) },
    ]
    return { resource, directory, settings }
  }
  if (unified?.controllers.includes(resource) !== true) return undefined
  const directory = `${unified.directory}/${name}`
  const settings = [{ file: `${directory}/cpu.max`, value: `${quota} ${CPU_PERIOD}` }]
  return { resource, directory, settings }
}

/** What FIND_CGROUPS_SCRIPT has made goes; who owned it goes back to where it was. */
export function removeCgroupsScript({ memory, cpu, unified }: Cgroups): string {
  const made = [
    ...[memory, cpu].flatMap((directory) =>
      directory === undefined ? [] : [{ directory, home: directory.replace(/\/[^/]*$/, '') }],
    ),
    ...(unified === undefined ? [] : [unified]),
  ]
  const lines = made.map(
    ({ directory, home }) =>
      `echo 1 >${quote(home)}/cgroup.procs; rmdir ${quote(directory)}/owner ${quote(directory)}\n`,
  )
  return lines.length === 0 ? '' : `{\n${lines.join('')}} 2>/dev/null\n`
}

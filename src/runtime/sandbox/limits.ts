import type { ResourceLimits } from '../runtime.ts'
import { quote } from '../process/shell.ts'

/**
 * Finds where this machine lets hitless make cgroups, makes one there and prints it: of version 1 one for each
 * controller; of version 2 one below the nearest ancestor that hands both controllers down. What earlier runs
 * left empty goes.
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
make_below() {
  rmdir "$1"/hitless.*/* "$1"/hitless.* 2>/dev/null
  made=$(mktemp -d "$1/hitless.XXXXXX" 2>/dev/null) && chmod 755 "$made"
}
enter() { sh -c 'echo 0 >"$1/cgroup.procs"' sh "$1" 2>/dev/null; }
if [ -n "$memory$cpu" ]; then
  for controller in memory cpu; do
    [ "$controller" = memory ] && directory=\${memory%/} file=memory.limit_in_bytes
    [ "$controller" = cpu ] && directory=\${cpu%/} file=cpu.cfs_quota_us
    [ -d "$directory" ] || directory=/sys/fs/cgroup/$controller
    make_below "$directory" || continue
    if [ -w "$made/$file" ] && enter "$made"; then echo "$controller=$made"; else rmdir "$made"; fi
  done
else
  directory=/sys/fs/cgroup\${unified%/}
  while :; do
    { echo '+memory +cpu' >"$directory/cgroup.subtree_control"; } 2>/dev/null
    handed=
    read -r handed <"$directory/cgroup.subtree_control"
    case " $handed " in
      *' memory '*)
        if make_below "$directory"; then
          if enter "$made" && { echo '+memory +cpu' || echo +memory; } >"$made/cgroup.subtree_control"; then
            echo "unified=$made"
            break
          fi
          rmdir "$made"
        fi ;;
    esac
    [ "$directory" = /sys/fs/cgroup ] && break
    directory=\${directory%/*}
  done 2>/dev/null
fi
`

/** Directories of cgroups by controller. */
export interface Cgroups {
  readonly memory?: string
  readonly cpu?: string
  readonly unified?: string
}

/** Reads what FIND_CGROUPS_SCRIPT printed. */
export function parseCgroups(text: string): Cgroups {
  const entries = text.split('\n').map((line) => /^(memory|cpu|unified)=(\/.*)$/.exec(line))
  return Object.fromEntries(entries.flatMap((match) => (match ? [[match[1], match[2]]] : [])))
}

/** What the kernel is told for limits: files and what is written into them, in this order. */
export interface CgroupSettings {
  readonly directories: readonly string[]
  readonly settings: readonly (readonly [file: string, value: string])[]
  /** Counts processes that the kernel ended for want of memory, in a line `oom_kill N`. */
  readonly memoryEvents?: string
  /** Limits that nothing here enforces. */
  readonly unenforced: readonly ('memory' | 'cpu')[]
}

/** In microseconds: Kubernetes' own (`cpuCFSQuotaPeriod`), and the least quota that the kernel takes. */
const CPU_PERIOD = 100_000
const CPU_QUOTA_MIN = 1_000

export function cgroupSettings(
  { memory, cpu, unified }: Cgroups,
  name: string,
  { memoryBytes, cpuMillis }: ResourceLimits,
): CgroupSettings {
  const quota = String(Math.max(CPU_QUOTA_MIN, Math.floor(((cpuMillis ?? 0) * CPU_PERIOD) / 1_000)))
  const directories: string[] = []
  const settings: [string, string][] = []
  const unenforced: ('memory' | 'cpu')[] = []
  let memoryEvents: string | undefined
  if (unified !== undefined) {
    const directory = `${unified}/${name}`
    directories.push(directory)
    if (memoryBytes !== undefined) {
      settings.push([`${directory}/memory.max`, String(memoryBytes)])
      memoryEvents = `${directory}/memory.events`
    }
    if (cpuMillis !== undefined) settings.push([`${directory}/cpu.max`, `${quota} ${CPU_PERIOD}`])
    return { directories, settings, unenforced, ...(memoryEvents && { memoryEvents }) }
  }
  if (memoryBytes !== undefined && memory === undefined) unenforced.push('memory')
  if (cpuMillis !== undefined && cpu === undefined) unenforced.push('cpu')
  if (memoryBytes !== undefined && memory !== undefined) {
    const directory = `${memory}/${name}`
    directories.push(directory)
    settings.push([`${directory}/memory.limit_in_bytes`, String(memoryBytes)])
    memoryEvents = `${directory}/memory.oom_control`
  }
  if (cpuMillis !== undefined && cpu !== undefined) {
    const directory = `${cpu}/${name}`
    directories.push(directory)
    settings.push([`${directory}/cpu.cfs_quota_us`, quota])
  }
  return { directories, settings, unenforced, ...(memoryEvents && { memoryEvents }) }
}

/** What FIND_CGROUPS_SCRIPT has made goes. */
export function removeCgroupsScript(cgroups: Cgroups): string {
  const directories = Object.values(cgroups)
  return directories.length === 0 ? '' : `rmdir ${directories.map(quote).join(' ')} 2>/dev/null\n`
}

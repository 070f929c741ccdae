import type { ContainerConfig, ContainerUser } from '../runtime.ts'
import { quote } from '../process/shell.ts'
import { NEW_ROOT, SCRATCH } from './root-places.ts'
import type { SandboxTools } from './tools.ts'

/** How this machine lets a container be another user than 0. */
export type UserSupport =
  /** A user namespace of its own, in which it has that number; files of hitless's user are its own. */
  | 'mapped'
  /** The number itself. */
  | 'real'
  | 'none'

export const USER_FILE = `${SCRATCH}/user`

/** How many users or groups the node's namespace has from 0 on: all that are mapped into it without a gap. */
const COUNT_IDS = `
count_ids() {
  ids=0
  while read -r inside outside count; do
    if [ "$inside" = "$ids" ]; then ids=$((ids + count)); fi
  done <"/proc/self/$1"
}`

/**
 * A user namespace in which the container's user has its number, made by a process that ends when it is bound to a
 * file. Not later: who has another root directory than its mount namespace may make none. Its number is that of the
 * container's PID namespace, as is the new /proc. Where the node has more users than one, this one and 0 change places,
 * and groups keep their numbers.
 */
export function makeUserScript(tools: SandboxTools, { user }: ContainerConfig): string {
  const { uid = 0, gid = 0 } = user ?? {}
  const refusal = `refuse 'cannot make the user ${uid}:${gid}'`
  return `
${COUNT_IDS}
count_ids uid_map
users=$ids
count_ids gid_map
if [ "$users" -gt 1 ] && [ "$ids" -gt ${gid} ]; then
  ${tools.unshare} --user sleep 60 2>/dev/null &
else
  users=1
  ${tools.unshare} --user --map-user=${uid} --map-group=${gid} sleep 60 2>/dev/null &
fi
holder=$!
maps=${NEW_ROOT}/proc/$holder
inner=
tries=0
has_user() {
  if [ "$users" -gt 1 ]; then [ -e "$maps/ns/user" ] && ! [ "$maps/ns/user" -ef /proc/self/ns/user ]
  else read -r inner rest <"$maps/uid_map" && [ "$inner" = ${uid} ] && read -r inner rest <"$maps/gid_map"; fi
}
until has_user 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 100000 ] && [ -e "$maps/ns" ] || ${refusal}
done
if [ "$users" -gt 1 ]; then
  # Each line within one of the node's own: more the kernel refuses.
  map="${uid} 0 1"
  while read -r start outside count; do
    end=$((start + count))
    if [ "$start" = 0 ]; then start=1; fi
    if [ ${uid} -ge "$start" ] && [ ${uid} -lt "$end" ]; then
      map="$map
0 ${uid} 1"
      if [ ${uid} -gt "$start" ]; then map="$map
$start $start $((${uid} - start))"; fi
      start=${uid + 1}
    fi
    if [ "$start" -lt "$end" ]; then map="$map
$start $start $((end - start))"; fi
  done </proc/self/uid_map
  groups=
  while read -r start outside count; do groups="$groups$start $start $count
"; done </proc/self/gid_map
  { echo "$map" >"$maps/uid_map" && printf %s "$groups" >"$maps/gid_map"; } || ${refusal}
fi
: >${USER_FILE}
${tools.mount} --bind "$maps/ns/user" ${USER_FILE} || ${refusal}
kill -9 "$holder"
wait "$holder" 2>/dev/null
`
}

/**
 * Sets `$groups` to the words of a command that gives a program the container's groups, its own first among them as
 * containerd does: those that the node's namespace has, which is none but its own where whoever runs hitless has no
 * others to give.
 */
export function groupsScript(
  { setpriv }: SandboxTools,
  { user }: ContainerConfig,
  support: UserSupport,
): string {
  if (user === undefined || setpriv === undefined || !hasGroups(user)) return 'groups='
  // `real` gives the group itself, and the others with it no more.
  if (support === 'real' && user.uid !== 0) return 'groups='
  return `
${COUNT_IDS}
count_ids gid_map
groups=
if [ "$ids" -gt 1 ]; then
  for group in ${[...new Set([user.gid, ...user.supplementalGroups])].join(' ')}; do
    if [ "$group" -lt "$ids" ]; then groups=$groups,$group; fi
  done
  if [ -z "$groups" ]; then groups=--clear-groups; else groups=--groups=\${groups#,}; fi
  if [ ${user.gid} -lt "$ids" ]; then groups="--regid=${user.gid} $groups"; fi
  groups=${quote(setpriv)}" $groups"
fi
`
}

function hasGroups({ uid, gid, supplementalGroups }: ContainerUser): boolean {
  return uid !== 0 || gid !== 0 || supplementalGroups.length > 0
}

/** Options of nsenter that make its program another user. */
export function userWords(config: ContainerConfig, support: UserSupport, userFile: string): string {
  const { user } = config
  if (user === undefined || !isOtherUser(config)) return ''
  switch (support) {
    case 'mapped':
      return `--user=${userFile} --preserve-credentials`
    case 'real':
      return `--setgid=${user.gid} --setuid=${user.uid}`
    case 'none':
      return ''
  }
}

/** 0 is who hitless is inside its namespaces. */
export function isOtherUser({ user }: ContainerConfig): boolean {
  return user !== undefined && user.uid !== 0
}

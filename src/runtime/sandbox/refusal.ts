/** What can be seen of a machine that does not let hitless make namespaces. */
export interface Examination {
  /** `Linux`, `Darwin`, … */
  readonly system: string
  readonly isRoot: boolean
  readonly missing: readonly string[]
  /** Kernel settings by name; one that the kernel does not have is absent. */
  readonly settings: Readonly<Record<string, string>>
  /** System calls are filtered (seccomp mode 2), as container runtimes do. */
  readonly isFiltered: boolean
  readonly isContainer: boolean
}

/** Prints `key=value` lines for parseExamination; needs a POSIX shell only. */
export const EXAMINE_SCRIPT = `
echo "system=$(uname -s)"
echo "user=$(id -u)"
for name in unshare nsenter ip mount hostname setsid env; do
  command -v "$name" >/dev/null || echo "missing=$name"
done
for name in kernel/unprivileged_userns_clone kernel/apparmor_restrict_unprivileged_userns user/max_user_namespaces user/max_net_namespaces; do
  [ -r "/proc/sys/$name" ] && echo "setting=$name $(cat "/proc/sys/$name")"
done
while read -r key value; do
  [ "$key" = Seccomp: ] && echo "seccomp=$value"
done </proc/self/status
if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then echo container=yes; fi
true
`

export function parseExamination(text: string): Examination {
  const lines = text.split('\n').map((line) => {
    const separator = line.indexOf('=')
    return { key: line.slice(0, separator), value: line.slice(separator + 1) }
  })
  const valuesOf = (key: string) =>
    lines.filter((line) => line.key === key).map((line) => line.value)
  return {
    system: valuesOf('system')[0] ?? 'unknown',
    isRoot: valuesOf('user')[0] === '0',
    missing: valuesOf('missing'),
    settings: Object.fromEntries(valuesOf('setting').map((value) => value.split(' '))),
    isFiltered: valuesOf('seccomp')[0] === '2',
    isContainer: valuesOf('container').length > 0,
  }
}

/** The likeliest reason of a refusal, and what to do about it; the surest signs are looked at first. */
export function explainRefusal({
  system,
  isRoot,
  missing,
  settings,
  isFiltered,
  isContainer,
}: Examination): { readonly reason: string; readonly hint: string } {
  if (system !== 'Linux') {
    return {
      reason: `pods in namespaces need Linux, and this is ${system}`,
      hint: 'Run hitless in a Linux virtual machine (Lima, WSL 2, Colima) or on a Linux CI runner.',
    }
  }
  if (missing.length > 0) {
    return {
      reason: `these programs are missing: ${missing.join(', ')}`,
      hint: installHint(missing),
    }
  }
  if (!isRoot && settings['kernel/unprivileged_userns_clone'] === '0') {
    return {
      reason: 'the kernel lets only root make user namespaces (kernel.unprivileged_userns_clone=0)',
      hint: 'Run `sudo sysctl kernel.unprivileged_userns_clone=1`, or run hitless with sudo.',
    }
  }
  for (const name of ['max_user_namespaces', 'max_net_namespaces']) {
    if (settings[`user/${name}`] !== '0') continue
    return {
      reason: `the kernel is set to allow no such namespaces (user.${name}=0)`,
      hint: `Run \`sudo sysctl user.${name}=15000\`.`,
    }
  }
  if (isContainer || isFiltered) {
    return {
      reason:
        'this container does not allow namespaces to be made (seccomp, or no new mounts of /proc)',
      hint: 'Start the container with `--privileged`, or run hitless outside of it.',
    }
  }
  if (!isRoot && (settings['kernel/apparmor_restrict_unprivileged_userns'] ?? '0') !== '0') {
    return {
      reason:
        'AppArmor restricts user namespaces of ordinary users (kernel.apparmor_restrict_unprivileged_userns=1, the default of Ubuntu 23.10 and later)',
      hint: 'Run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or run hitless with sudo.',
    }
  }
  return {
    reason: 'the kernel refused to make namespaces, a bridge or a veth pair',
    hint: 'Try `unshare --user --map-root-user --net --mount ip link add br0 type bridge`: its message names the reason. The kernel needs CONFIG_USER_NS, CONFIG_NET_NS, CONFIG_BRIDGE and CONFIG_VETH.',
  }
}

function installHint(missing: readonly string[]): string {
  const packages = missing.includes('ip') ? ['iproute2'] : []
  if (missing.some((name) => name !== 'ip')) packages.push('util-linux', 'hostname')
  return `Install them, for example with \`sudo apt-get install ${packages.join(' ')}\`.`
}

/** The programs of util-linux and iproute2 that the sandbox is made with, by absolute path. */
export interface SandboxTools {
  readonly ip: string
  readonly nsenter: string
  readonly unshare: string
  readonly sh: string
  readonly mount: string
  readonly hostname: string
  readonly setsid: string
  readonly env: string
  /** What only some do without: terminals need `script` and `stty`, ports of a pod's loopback `bash`, groups `setpriv`. */
  readonly script?: string
  readonly stty?: string
  readonly bash?: string
  readonly setpriv?: string
}

const NAMES = ['ip', 'nsenter', 'unshare', 'sh', 'mount', 'hostname', 'setsid', 'env'] as const

const OPTIONAL_NAMES = ['script', 'stty', 'bash', 'setpriv'] as const

/** Prints `name=path` for each tool, without a path for one that is missing. */
export const FIND_TOOLS_SCRIPT = `for name in ${[...NAMES, ...OPTIONAL_NAMES].join(' ')}; do
  printf '%s=' "$name"
  command -v "$name" || echo
done
`

/** Reads what FIND_TOOLS_SCRIPT printed. */
export function parseTools(
  text: string,
): { readonly tools: SandboxTools } | { readonly missing: readonly string[] } {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const separator = line.indexOf('=')
    const path = line.slice(separator + 1)
    if (separator > 0 && path !== '') found.set(line.slice(0, separator), path)
  }
  const missing = NAMES.filter((name) => !found.has(name))
  if (missing.length > 0) return { missing }
  const path = (name: (typeof NAMES)[number]) => found.get(name) ?? name
  return {
    tools: {
      ip: path('ip'),
      nsenter: path('nsenter'),
      unshare: path('unshare'),
      sh: path('sh'),
      mount: path('mount'),
      hostname: path('hostname'),
      setsid: path('setsid'),
      env: path('env'),
      ...Object.fromEntries(
        OPTIONAL_NAMES.filter((name) => found.has(name)).map((name) => [name, found.get(name)]),
      ),
    },
  }
}

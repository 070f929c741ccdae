/** The state TCP_LISTEN in /proc/net/tcp (include/net/tcp_states.h). */
const LISTEN = '0A'

export interface ListeningSocket {
  /** IPv4; undefined for one that listens on all addresses. */
  readonly address: string | undefined
  readonly port: number
  /** Its number in /proc/PID/fd: `socket:[INODE]`. */
  readonly inode: string
}

/**
 * The listening sockets in `/proc/net/tcp` or `tcp6` that concern IPv4. The kernel prints
 * listening sockets before all others, so the rest of the text need not be there.
 */
export function parseListeningSockets(text: string): readonly ListeningSocket[] {
  const sockets: ListeningSocket[] = []
  // `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`
  const line = /^\s*\d+: ([\dA-F]+):([\dA-F]{4}) \S+ ([\dA-F]{2}) \S+ \S+ \S+\s+\d+\s+\d+\s+(\d+)/gm
  for (const [, address = '', port = '', state, inode = ''] of text.matchAll(line)) {
    if (state !== LISTEN) break
    const ipv4 = parseAddress(address)
    if (ipv4 === null) continue
    sockets.push({ address: ipv4, port: Number.parseInt(port, 16), inode })
  }
  return sockets
}

/** Undefined: all addresses. Null: one that no IPv4 connection reaches. */
function parseAddress(hexadecimal: string): string | undefined | null {
  if (/^0+$/.test(hexadecimal)) return undefined
  // ::ffff:a.b.c.d, printed as four words of this machine's byte order.
  const mapped = /^0{16}FFFF0000([\dA-F]{8})$/.exec(hexadecimal)?.[1] ?? hexadecimal
  if (mapped.length !== 8) return null
  const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(mapped.slice(at, at + 2), 16))
  return bytes.join('.')
}

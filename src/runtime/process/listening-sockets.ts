/** The state TCP_LISTEN in /proc/net/tcp (include/net/tcp_states.h). */
const LISTEN = '0A'

export interface TcpSocket {
  /** IPv4; undefined for one that listens on all addresses, null for one of IPv6. */
  readonly address: string | undefined | null
  readonly port: number
  /** As the kernel prints it: two hexadecimal digits. */
  readonly state: string
  readonly inode: string
}

export interface ListeningSocket {
  /** IPv4; undefined for one that listens on all addresses. */
  readonly address: string | undefined
  readonly port: number
  /** Its number in /proc/PID/fd: `socket:[INODE]`. */
  readonly inode: string
}

/** The sockets in `/proc/net/tcp` or `tcp6`, by their own end, in the kernel's order: the listening ones come first. */
export function* parseTcpSockets(text: string): Generator<TcpSocket> {
  // `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`
  const line = /^\s*\d+: ([\dA-F]+):([\dA-F]{4}) \S+ ([\dA-F]{2}) \S+ \S+ \S+\s+\d+\s+\d+\s+(\d+)/gm
  for (const [, address = '', port = '', state = '', inode = ''] of text.matchAll(line)) {
    yield { address: parseAddress(address), port: Number.parseInt(port, 16), state, inode }
  }
}

/**
 * The listening sockets in `/proc/net/tcp` or `tcp6` that concern IPv4. The rest of the text need not be there.
 */
export function parseListeningSockets(text: string): readonly ListeningSocket[] {
  const sockets: ListeningSocket[] = []
  for (const { address, port, state, inode } of parseTcpSockets(text)) {
    if (!isListening({ state })) break
    // Null: no IPv4 connection reaches it.
    if (address !== null) sockets.push({ address, port, inode })
  }
  return sockets
}

export function isListening({ state }: Pick<TcpSocket, 'state'>): boolean {
  return state === LISTEN
}

function parseAddress(hexadecimal: string): string | undefined | null {
  if (/^0+$/.test(hexadecimal)) return undefined
  // ::ffff:a.b.c.d, printed as four words of this machine's byte order.
  const mapped = /^0{16}FFFF0000([\dA-F]{8})$/.exec(hexadecimal)?.[1] ?? hexadecimal
  if (mapped.length !== 8) return null
  const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(mapped.slice(at, at + 2), 16))
  return bytes.join('.')
}

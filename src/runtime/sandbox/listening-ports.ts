/** The state TCP_LISTEN in /proc/net/tcp (include/net/tcp_states.h). */
const LISTEN = '0A'

/**
 * The ports of the listening sockets in `/proc/PID/net/tcp` or `tcp6`. The kernel prints
 * listening sockets before all others, so the rest of the text need not be there.
 */
export function parseListeningPorts(text: string): number[] {
  const ports: number[] = []
  // `sl local_address rem_address st …`; addresses are hexadecimal `ADDRESS:PORT`.
  for (const [, port, state] of text.matchAll(
    /^\s*\d+: [\dA-F]+:([\dA-F]{4}) \S+ ([\dA-F]{2}) /gm,
  )) {
    if (state !== LISTEN) break
    ports.push(Number.parseInt(port ?? '', 16))
  }
  return ports
}

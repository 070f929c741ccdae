const HEADER_BYTES = 12
const LABEL_BYTES_MAX = 63

/**
 * Whether a DNS message asks for a name of the cluster, or for the name of an address, which may be the cluster's. What is
 * no question of one name (RFC 1035, 4.1.2) is left to the cluster's server to refuse.
 */
export function isOfCluster(message: Uint8Array): boolean {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (;;) {
    const length = message[at]
    if (length === 0) break
    if (length === undefined || length > LABEL_BYTES_MAX) return true
    labels.push(new TextDecoder('latin1').decode(message.subarray(at + 1, at + 1 + length)))
    at += 1 + length
  }
  return /(^|\.)(cluster\.local|in-addr\.arpa)$/i.test(labels.join('.'))
}

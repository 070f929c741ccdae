/** What Go's net package, and so an Unhealthy event, says of a socket error; undefined for one without its own words. */
export function goSocketError(code: string, address: string): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`
    case 'ENETUNREACH':
      return `dial tcp ${address}: connect: network is unreachable`
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`
    case 'ECONNRESET':
      return `read tcp ${address}: read: connection reset by peer`
    case 'EPIPE':
      return `write tcp ${address}: write: broken pipe`
    default:
      return undefined
  }
}

/** The status of what a load balancer serves: a Service, an Ingress. */
export interface BalancerStatus {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[]
}

/** Where it is reached, sorted, each once. */
export function balancerAddresses(status: BalancerStatus | undefined): readonly string[] {
  const addresses = (status?.ingress ?? []).map(({ ip = '', hostname = '' }) =>
    ip === '' ? hostname : ip,
  )
  return [...new Set(addresses.filter((address) => address !== ''))].toSorted()
}

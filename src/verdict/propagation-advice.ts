/**
 * Seconds of preStop that outlast the endpoint lag of a traffic path: its 99th percentile with a
 * margin, after measurements and what the controllers' own settings add up to.
 */
const PRE_STOP_SECONDS: Readonly<Record<string, number>> = {
  none: 5,
  'kube-proxy': 5,
  'ingress-nginx': 10,
  traefik: 10,
  alb: 40,
  gclb: 40,
  agic: 45,
  headless: 65,
  'nlb-ip': 130,
}

/** For a path that we have no numbers of: what suffices for every one inside a cluster. */
const DEFAULT_PRE_STOP_SECONDS = 15

export function suggestedPreStopSeconds(profile: string): number {
  return PRE_STOP_SECONDS[profile] ?? DEFAULT_PRE_STOP_SECONDS
}

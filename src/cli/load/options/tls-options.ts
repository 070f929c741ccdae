import { HitlessError } from '../../../base/error.ts'
import type { LoadTarget } from '../../../load/plan.ts'
import type { TlsOptions } from '../../../world/network.ts'
import { badFlag } from '../../flag-values.ts'
import { readInput } from '../requests/read-input.ts'
import type { TlsSettings } from '../../../manifest/settings.ts'
import { readTls, type TlsNames } from './read-tls.ts'

/** Flags about how the target is reached, as commander hands them over. */
export interface TlsFlags extends TlsSettings {
  readonly connectTo?: string
  readonly allAddresses?: boolean
}

/** How a target is reached, and in words what of it is verified. */
export interface ReachedTarget {
  readonly target: LoadTarget
  /** Absent without TLS. */
  readonly tls?: string
}

/** Completes what the URL says of the target. Files are read and compared now: a run does not begin with bad ones. */
export function reachTarget(named: LoadTarget, flags: TlsFlags): ReachedTarget {
  const target = {
    ...named,
    ...addressOf(flags.connectTo),
    ...(flags.allAddresses === true ? { usesAllAddresses: true } : {}),
  }
  if (named.tls === undefined) {
    refuseWithoutTls(flags)
    return { target }
  }
  const tls = { serverName: named.tls.serverName, ...readTls(flags, OF_FLAGS) }
  return { target: { ...target, tls }, tls: describeTls(tls, flags) }
}

/** HOST:PORT, and [HOST]:PORT of an IPv6 address. */
function addressOf(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined
  const [, v6, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text) ?? []
  const host = v6 ?? name
  const port = Number(digits)
  if (host === undefined || !(port > 0 && port < 65_536)) {
    throw badFlag('--connect-to', text, 'HOST:PORT, such as 10.0.0.7:8443 or [::1]:8443')
  }
  return { host, port }
}

const OF_FLAGS: TlsNames = {
  nameOf: (word) => `--${word}`,
  read: (word, path) => readInput(`--${word}`, path),
  wrong: (word, what, hint) =>
    new HitlessError('bad-flag', `--${word} ${what}`, { exitCode: 2, hint }),
}

function refuseWithoutTls({ cacert, cert, key, servername, insecure }: TlsFlags): void {
  const given = Object.entries({ cacert, cert, key, servername, insecure })
  const [flag] = given.find(([, value]) => value !== undefined) ?? []
  if (flag === undefined) return
  throw new HitlessError('bad-flag', `--${flag}: an http:// URL has no TLS`, {
    exitCode: 2,
    hint: `Write https://, or leave --${flag} out.`,
  })
}

function describeTls({ serverName, isVerified, certificate }: TlsOptions, flags: TlsFlags): string {
  const against = flags.cacert ?? 'the well-known authorities'
  const what = isVerified
    ? `certificate to be verified for ${serverName} against ${against}`
    : `certificate NOT verified, server name ${serverName}`
  return certificate === undefined ? what : `${what}, client certificate ${flags.cert}`
}

import type { PortUse } from '../../runtime/runtime.ts'

/** What the newest look has seen of a port. */
interface PortConnections {
  readonly isListening: boolean
  /** Undefined: nobody has looked. */
  readonly open: number | undefined
}

/** A port that has no connection any more. */
export interface ClosedConnections {
  readonly port: number
  /** New ones may come. */
  readonly isListening: boolean
  /** How many the look before has seen, where there was one. */
  readonly before: number | undefined
}

export type KnownPorts = ReadonlyMap<number, PortConnections>

/**
 * What a look changes, and which ports it shows to have lost their last connection: from then on while the port is
 * listened on, for good when it is not. A port that is neither listened on nor connected to is forgotten.
 */
export function stepConnections(
  known: KnownPorts,
  { listening, connections, isCut }: PortUse,
): { readonly known: KnownPorts; readonly closed: readonly ClosedConnections[] } {
  const next = new Map<number, PortConnections>()
  const closed: ClosedConnections[] = []
  const ports = new Set([...known.keys(), ...listening])
  for (const port of [...ports].sort((a, b) => a - b)) {
    const before = known.get(port)
    const isListening = listening.includes(port)
    const open = connections.get(port) ?? (isCut ? before?.open : 0)
    const hasEnded = before?.isListening === true && !isListening
    if (open === 0 && ((before?.open ?? 0) > 0 || hasEnded)) {
      closed.push({ port, isListening, before: before?.open })
    }
    if (isListening || open !== 0) next.set(port, { isListening, open })
  }
  return { known: next, closed }
}

/** The last process has ended, and with it what it held. */
export function endConnections(known: KnownPorts): readonly ClosedConnections[] {
  return [...known].map(([port, { open }]) => ({ port, isListening: false, before: open }))
}

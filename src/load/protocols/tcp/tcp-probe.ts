import type { Protocol } from '../protocol.ts'
import { SoloConnection, type SoloWorld } from '../solo/solo-connection.ts'
import type { Line, Talk } from '../solo/talk.ts'
import { brokenOutcome, eofOutcome } from '../socket-outcome.ts'

/** Opens a connection, with TLS if the target has it, and closes it: what is measured is the opening. */
export function tcpProbe(world: SoloWorld): Protocol {
  return {
    open: (request, options) => new SoloConnection(world, request, options, begin),
  }
}

const NEVER_ANSWERED = { isReused: false, hasFirstByte: false }

function begin(line: Line): Talk {
  return {
    onOpen() {
      // Nothing is sent but the connection itself: it was sent when it was begun.
      line.noteSent(line.openedAtNs)
      line.finish('ok', 'fin')
    },
    onData() {},
    onEnd: () => eofOutcome(NEVER_ANSWERED),
    onBroken: (error) => brokenOutcome(error, NEVER_ANSWERED),
    onWake() {},
    onExpired: () => 'connect-timeout',
    windUp() {},
  }
}

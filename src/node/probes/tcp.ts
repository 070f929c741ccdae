import type { Clock } from '../../world/clock.ts'
import type { Address, Connection, Network } from '../../world/network.ts'
import { goSocketError } from './go-words.ts'
import type { ProbeOutcome } from './outcome.ts'

/** A TCP probe: a success when the port accepts a connection, which is closed again at once. */
export function probeTcp(
  world: { readonly network: Network; readonly clock: Clock },
  target: Address,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProbeOutcome> {
  const address = `${target.host}:${target.port}`
  return new Promise((resolve) => {
    let connection: Connection | undefined
    let isOpen = false
    const giveUp = () => {
      finish({ kind: 'failure', message: `dial tcp ${address}: i/o timeout` })
      connection?.reset()
    }
    const timer = world.clock.after(timeoutMs, giveUp)
    signal.addEventListener('abort', giveUp)
    const finish = (outcome: ProbeOutcome) => {
      timer.cancel()
      signal.removeEventListener('abort', giveUp)
      resolve(outcome)
    }
    connection = world.network.connect(target, {
      onOpen() {
        isOpen = true
        finish({ kind: 'success' })
        connection?.end()
      },
      onData() {},
      onEnd() {},
      onClose(error) {
        if (isOpen) return
        const code = error?.code ?? 'ECONNREFUSED'
        finish({
          kind: 'failure',
          message: goSocketError(code, address) ?? `dial tcp ${address}: ${code}`,
        })
      },
    })
  })
}

import { SimulatedNetwork } from '../../src/simulator/simulated-network.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { describeHttp2 } from './http2-contract.ts'

// Over the real clock: the contract waits for what it asks.
const makeNetwork = () => new SimulatedNetwork({ clock: liveClock(), localPrefix: '10.' })

describeHttp2('simulated', makeNetwork, '10.0.0.1')

import { liveNetwork } from '../../src/world/live/network.ts'
import { liveProcesses } from '../../src/world/live/processes.ts'
import { describeDatagrams } from './datagram-contract.ts'
import { describeHttp2 } from './http2-contract.ts'
import { describeNetwork } from './network-contract.ts'
import { describeProcesses } from './processes-contract.ts'

describeNetwork('live', liveNetwork, '127.0.0.1')
describeHttp2('live', liveNetwork, '127.0.0.1')
describeDatagrams('live', liveNetwork, '127.0.0.1')
describeProcesses('live', liveProcesses)

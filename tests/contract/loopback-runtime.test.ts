import { startLoopbackRuntime } from '../../src/runtime/loopback-runtime.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { describeRuntime } from './runtime-contract.ts'

const { processes, files, clock, network } = liveWorld()

describeRuntime(
  'loopback',
  () => startLoopbackRuntime({ processes, files, clock, network, images: () => undefined }),
  {
    isAlone: false,
    gaps: [
      'process-namespaces',
      'port-space',
      'hostnames',
      'exact-environment',
      'mounts',
      'root-directories',
      'users',
      'limits',
    ],
  },
)

import { inProcessClient } from '../../src/client/in-process-client.ts'
import { Store } from '../../src/store/store.ts'
import { seededRandom } from '../../src/world/random.ts'
import { newVirtualClock } from '../../src/world/virtual-clock.ts'
import { describeClient } from './client-contract.ts'

describeClient('the in-process client', async () => {
  const clock = newVirtualClock()
  const client = inProcessClient(new Store({ clock, random: seededRandom(1) }))
  return { client, settle: () => clock.advance(0), close: async () => undefined }
})

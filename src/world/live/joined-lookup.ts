import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns'

/** As `dns.lookup` answers with `all`. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

type Answer = Parameters<Resolve>[2]

/**
 * Who asks for a name while it is being asked for waits for that answer; nothing is remembered beyond it.
 * A question cannot be taken back, and Node asks four at once: a server that stays silent would hold the
 * end of a run until each of its connections, long given up, had been told so in its turn.
 */
export function joinedLookup(resolve: Resolve = lookup): Resolve {
  const asking = new Map<string, Answer[]>()
  return (host, options, answer) => {
    const question = `${host} ${options.family ?? 0} ${options.hints ?? 0}`
    const others = asking.get(question)
    if (others !== undefined) {
      others.push(answer)
      return
    }
    const answers = [answer]
    asking.set(question, answers)
    resolve(host, options, (error, addresses) => {
      asking.delete(question)
      for (const one of answers) one(error, addresses)
    })
  }
}

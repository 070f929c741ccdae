import type { Session } from './session-text.ts'

/** Each session, at most so many at a time, and those that must be alone after the others. */
export async function eachSession(
  sessions: readonly Session[],
  atOnce: number,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  await inParallel(
    sessions.filter(({ alone }) => !alone),
    atOnce,
    work,
  )
  for (const session of sessions.filter(({ alone }) => alone)) await work(session)
}

async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

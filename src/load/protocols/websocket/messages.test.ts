import { afterEach, describe, expect, test } from 'vitest'
import type { LaneShare } from '../../plan.ts'
import type { PlanChanges } from '../../testing/load-run.ts'
import { runSessions } from '../../testing/session-run.ts'
import { type ClientFrame, RawServer, type RawVisit, serverFrame } from './testing/raw-server.ts'

let server: RawServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

/** Against a server that accepts every handshake, answers close frames, and treats the rest as told. */
async function runAgainst(
  onFrame: (frame: ClientFrame, visit: RawVisit) => void,
  changes: PlanChanges = {},
) {
  server = new RawServer((visit) => {
    visit.socket.write(visit.acceptance)
    visit.onFrame = (frame) => {
      if (frame.opcode === 8) visit.socket.end(serverFrame(8, frame.payload))
      else onFrame(frame, visit)
    }
  })
  const port = await server.listen()
  return runSessions({ port, protocol: 'websocket', ...changes })
}

function held(sessionMs: number, sessions = 1): readonly LaneShare[] {
  return [{ lane: 'long', share: 0, sessions, sessionMs }]
}

/** Answers each text as told: the texts that come back for it. */
function echoing(echo: (text: string, number: number) => readonly string[]) {
  const numbers = new Map<RawVisit, number>()
  return ({ opcode, payload }: ClientFrame, visit: RawVisit) => {
    if (opcode !== 1) return
    const number = (numbers.get(visit) ?? 0) + 1
    numbers.set(visit, number)
    for (const text of echo(payload.toString(), number)) visit.socket.write(serverFrame(1, text))
  }
}

describe('messages by their numbers', () => {
  const ECHOES: PlanChanges = {
    session: { messageIntervalMs: 5, expectsEcho: true },
    lanes: held(400, 4),
    requestsMax: 4,
  }

  test('all of them: the server has received as many as were sent', async () => {
    let received = 0
    const { ends, report } = await runAgainst(
      echoing((text) => {
        received++
        return ['welcome', text]
      }),
      ECHOES,
    )
    expect(ends).toEqual({ ok: 4 })
    expect(report.sessions).toMatchObject({
      messagesSent: received,
      messagesReceived: received,
      messagesLost: 0,
      messagesDuplicated: 0,
      messagesReordered: 0,
    })
    expect(received).toBeGreaterThan(4)
  })

  test('lost and duplicated ones, as many as the server knows of', async () => {
    let lost = 0
    let duplicated = 0
    const { ends, report } = await runAgainst(
      echoing((text, number) => {
        if (number % 3 === 0) {
          lost++
          return []
        }
        if (number % 5 !== 0) return [text]
        duplicated++
        return [text, text]
      }),
      ECHOES,
    )
    expect(ends).toEqual({ 'mismatch 6': 4 })
    expect(report.sessions).toMatchObject({
      lost: 0,
      messagesLost: lost,
      messagesDuplicated: duplicated,
    })
  })

  test('ones that change places', async () => {
    let kept: string | undefined
    const { ends, report } = await runAgainst(
      echoing((text, number) => {
        if (number === 1) {
          kept = text
          return []
        }
        return number === 2 ? [text, kept!] : [text]
      }),
      { ...ECHOES, lanes: held(400), requestsMax: 1 },
    )
    expect(ends).toEqual({ 'mismatch 8': 1 })
    expect(report.sessions).toMatchObject({ messagesLost: 0, messagesReordered: 1 })
  })

  test('those under way when a session is lost are lost with it', async () => {
    let received = 0
    const onFrame = ({ opcode, payload }: ClientFrame, { socket }: RawVisit) => {
      if (opcode === 1) received++
      if (payload.toString() === 'hitless 3') socket.resetAndDestroy()
    }
    const { report } = await runAgainst(onFrame, { ...ECHOES, lanes: held(5_000, 4) })
    const { messagesSent } = report.sessions!
    expect(report.sessions).toMatchObject({ opened: 4, lost: 4, messagesLost: messagesSent })
    // Those that the resets overtook were sent all the same.
    expect(messagesSent).toBeGreaterThanOrEqual(received)
  })

  test('of a server that counts by itself', async () => {
    const { ends, report } = await runAgainst(
      echoing(() => ['{"event":7}', '{"event":8}', '{"event":8}', '{"event":11}', 'no number']),
      // Long enough for them all to come, also on a busy machine.
      {
        session: { messageIntervalMs: 60_000 },
        lanes: [{ lane: 'long', share: 0, sessions: 1, sessionMs: 1_000 }],
      },
    )
    expect(ends).toEqual({ 'mismatch 6': 1 })
    const { sessions } = report
    expect(sessions).toMatchObject({ messagesReceived: 4, messagesLost: 2, messagesDuplicated: 1 })
  })

  test('are none when no echo is expected and none has a number', async () => {
    const { ends, report } = await runAgainst(
      echoing(() => ['welcome']),
      { session: { messageIntervalMs: 10 } },
    )
    expect(ends).toEqual({ ok: 1 })
    expect(report.sessions).toMatchObject({ messagesReceived: 0, messagesLost: 0 })
  })
})

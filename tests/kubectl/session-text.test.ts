import { expect, test } from 'vitest'
import { readSessions } from './session-files.ts'
import { expectedOf, parseSession, renderSession } from './session-text.ts'

const TEXT = `# What it is about.
namespace other

# Why.
$ kubectl apply \\
  -f -
a: |
  # text

  more
----
done

\\---- escaped
\\$ escaped
---- stderr
Warning: no end
\\ no newline at the end
---- exit 1
---- kubectl 1.30 1.31
old

$ kubectl get pods
----
`

test('a session is read, and written as it was', () => {
  const session = parseSession('example', TEXT)
  expect(renderSession(session)).toBe(TEXT)
  expect(session.namespace).toBe('other')
  const [step] = session.steps
  expect(step?.comments).toEqual(['# Why.'])
  expect(step?.command).toBe('kubectl apply \\\n  -f -')
  expect(step?.stdin).toBe('a: |\n  # text\n\n  more\n')
  expect(step?.printed).toEqual({
    stdout: 'done\n\n---- escaped\n$ escaped\n',
    stderr: 'Warning: no end',
    exitCode: 1,
  })
})

test('a version has its own output where it differs', () => {
  const step = parseSession('example', TEXT).steps[0]
  if (step === undefined) throw new Error('no step')
  expect(expectedOf(step, '1.30')).toEqual({ stdout: 'old\n', stderr: '', exitCode: 0 })
  expect(expectedOf(step, '1.33')?.exitCode).toBe(1)
})

test.each([...readSessions('sessions'), ...readSessions('node-sessions')])(
  'session $name stays the same when it is written again',
  (session) => {
    expect(parseSession(session.name, renderSession(session))).toEqual(session)
    expect(session.steps.every(({ printed }) => printed !== undefined)).toBe(true)
  },
)

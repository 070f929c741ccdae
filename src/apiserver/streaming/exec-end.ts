import type { ExecEnd } from './exec-peer.ts'

/** The command ran to its end. */
export function exitedWith(exitCode: number): ExecEnd {
  if (exitCode === 0) {
    return { status: JSON.stringify({ metadata: {}, status: 'Success' }), message: '' }
  }
  const message = `command terminated with non-zero exit code: exit status ${exitCode}`
  const causes = [{ reason: 'ExitCode', message: String(exitCode) }]
  return {
    status: JSON.stringify({
      metadata: {},
      status: 'Failure',
      message,
      reason: 'NonZeroExitCode',
      details: { causes },
    }),
    message,
  }
}

/** The command could not be run: an internal error, as the API server makes of all that a kubelet says. */
export function failedWith(reason: string): ExecEnd {
  const message = `Internal error occurred: ${reason}`
  const status = {
    metadata: {},
    status: 'Failure',
    message,
    reason: 'InternalError',
    details: { causes: [{ message: reason }] },
    code: 500,
  }
  return { status: JSON.stringify(status), message }
}

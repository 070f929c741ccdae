import { ApiError } from '../../api/api-error.ts'
import type { Pod } from '../../api/pod.ts'
import { targetContainer } from './pod-target.ts'
import { readFlag } from './query-values.ts'
import type { ExecRequest } from './serve-exec.ts'

/**
 * What `pods/exec` and `pods/attach` ask for:
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/. Throws ApiError.
 */
export function readExecRequest(
  pod: Pod,
  query: URLSearchParams,
  subresource: 'exec' | 'attach',
): ExecRequest {
  const target = targetContainer(pod, query.get('container') ?? '')
  const command = query.getAll('command')
  const stdin = readFlag(query, 'stdin')
  // Absent, both are what the API's defaults say.
  const stdout = query.has('stdout') ? readFlag(query, 'stdout') : true
  const tty = readFlag(query, 'tty')
  // A terminal has one output.
  const stderr = !tty && (query.has('stderr') ? readFlag(query, 'stderr') : true)
  if (!stdin && !stdout && !stderr) {
    throw new ApiError('BadRequest', 'you must specify at least 1 of stdin, stdout, stderr')
  }
  if (subresource === 'attach') return { target, options: { stdin, stdout, stderr, tty } }
  if (command.length === 0) throw new ApiError('BadRequest', 'you must specify a command')
  return { target, options: { command, stdin, stdout, stderr, tty } }
}

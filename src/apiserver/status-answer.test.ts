import { expect, test } from 'vitest'
import { ApiError, internalError } from '../api/api-error.ts'
import { statusOfError } from './status-answer.ts'

test('a fault of the server has its cause, without a reason', () => {
  expect(statusOfError(internalError('the disk is full'))).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'Internal error occurred: the disk is full',
    reason: 'InternalError',
    details: { causes: [{ message: 'the disk is full' }] },
    code: 500,
  })
})

test('what was not meant for a client is not told', () => {
  expect(statusOfError(new TypeError('x of undefined'))).toMatchObject({
    message: 'Internal error occurred: see the log',
    code: 500,
  })
})

test('the details have the order of their fields in Go', () => {
  const causes = [{ field: 'spec', reason: 'FieldValueInvalid', message: 'no' }]
  const all = { retryAfterSeconds: 1, uid: 'u', kind: 'pods', group: 'apps', name: 'web' }
  const { details = {} } = statusOfError(new ApiError('Invalid', 'no', causes, all))
  expect(Object.keys(details)).toEqual([
    'name',
    'group',
    'kind',
    'uid',
    'causes',
    'retryAfterSeconds',
  ])
})

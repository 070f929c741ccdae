import { expect, test } from 'vitest'
import { Mask } from './mask.ts'

function newMask(inputs = ''): Mask {
  return new Mask({ server: 'https://127.0.0.1:6443', home: '/home-of-test', inputs })
}

test.each([
  ['pod/web-7d4b9c8f6d-x2k4v created', 'pod/web-<hash-1>-<random> created'],
  ['pod-template-hash=7d4b9c8f6d', 'pod-template-hash=<hash-1>'],
  ['uid: 3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'uid: <uid-1>'],
  ['fake://3f2504e0-4f89-11d3-9a0c-0305e82c3301app', 'fake://<uid-1>app'],
  ['  resourceVersion: "123"', '  resourceVersion: "<version>"'],
  ['"resourceVersion":"123"', '"resourceVersion":"<version>"'],
  ['creationTimestamp: "2026-01-02T03:04:05Z"', 'creationTimestamp: "<time>"'],
  ['Start Time:  Fri, 02 Jan 2026 03:04:05 +0000', 'Start Time:  <time>'],
  ['Restarts 3 (10s ago)', 'Restarts 3 (<age> ago)'],
  ['web.187a9b3c4d5e6f70', 'web.<event>'],
  ['clusterIP: 10.96.1.2', 'clusterIP: <ip>'],
  ['IP:    10.96.1.2', 'IP:    <ip>'],
  ['80:31234/TCP', '80:<node-port>/TCP'],
  ['running at https://127.0.0.1:6443', 'running at <server>'],
  ['web-x2k4v   1/1   Running   0     7s    x', 'web-<random>   1/1   Running   0     <age>   x'],
  ['Forwarding from 127.0.0.1:41234 -> 80', 'Forwarding from 127.0.0.1:<port> -> 80'],
  ['Forwarding from 127.0.0.1:31234 -> 80', 'Forwarding from 127.0.0.1:<port> -> 80'],
  ['/tmp/kubectl-edit-2456789456.yaml', '<temporary>/kubectl-edit-<random>.yaml'],
  // These are no chance.
  ['cpu: 500m, generation: 3', 'cpu: 500m, generation: 3'],
  ['deployment.apps/flask-deployment', 'deployment.apps/flask-deployment'],
])('%s becomes %s', (text, masked) => {
  expect(newMask('127.0.0.1').apply(text)).toBe(masked)
})

test('where containers run, their node and runtime are masked', () => {
  const mask = new Mask({ server: 'https://127.0.0.1:1', home: '/home', node: 'a', inputs: '' })
  expect(mask.apply('Node:  a/127.0.0.1')).toBe('Node:  <node>/<ip>')
  expect(mask.apply('  Container ID:  containerd://4f5')).toBe('  Container ID:  <runtime>://<id>')
  expect(mask.apply('assigned ns/a to a')).toBe('assigned ns/a to <node>')
  expect(newMask().apply('  Image ID:  fake')).toBe('  Image ID:  fake')
})

test('what the session itself says stays', () => {
  const mask = newMask('clusterIP: 10.96.1.2, nodePort: 30007')
  expect(mask.apply('10.96.1.2 80:30007/TCP')).toBe('10.96.1.2 80:30007/TCP')
})

test('hashes and uids are numbered in order of their appearance', () => {
  const mask = newMask()
  expect(mask.apply('rs/web-7d4b9c8f6d rs/web-5c5c5c5c5c')).toBe('rs/web-<hash-1> rs/web-<hash-2>')
  expect(mask.apply('5c5c5c5c5c')).toBe('<hash-2>')
})

test('a copy knows what the original has seen, and teaches it nothing', () => {
  const mask = newMask()
  mask.apply('web-7d4b9c8f6d')
  const copy = mask.copy()
  expect(copy.apply('web-5c5c5c5c5c web-7d4b9c8f6d')).toBe('web-<hash-2> web-<hash-1>')
  expect(mask.apply('web-4c4c4c4c4c')).toBe('web-<hash-2>')
})

test('a table is laid out anew, as if it had been printed with its masked cells', () => {
  const before = [
    'NAME                   READY   AGE     IP            NODE',
    'web-7d4b9c8f6d-x2k4v   1/1     2m13s   10.244.0.12   fake-1',
    'api                    0/1     5s      <none>        <none>',
    '',
  ]
  const after = [
    'NAME                    READY   AGE     IP       NODE',
    'web-<hash-1>-<random>   1/1     <age>   <ip>     fake-1',
    'api                     0/1     <age>   <none>   <none>',
    '',
  ]
  expect(newMask().apply(before.join('\n'))).toBe(after.join('\n'))
})

test('the table of events in a description is laid out anew', () => {
  const before = [
    'Events:',
    '  Type    Reason   Age               From     Message',
    '  ----    ------   ----              ----     -------',
    '  Normal  Killing  12s (x2 over 3m)  kubelet  Stopping',
  ]
  const after = [
    'Events:',
    '  Type    Reason   Age                    From     Message',
    '  ----    ------   ----                   ----     -------',
    '  Normal  Killing  <age> (x2 over <age>)  kubelet  Stopping',
  ]
  expect(newMask().apply(before.join('\n'))).toBe(after.join('\n'))
})

// The documented relation calls in Node: one reply a line. Usage: node client.mjs URL TOKEN SECRET
import { createHmac } from 'node:crypto';
import { request } from 'node:http';

const [url, token, secret] = process.argv.slice(2);
const ACTION = 'urn:onoffice-de-ns:smart:2.5:smartml:action:';
const TYPE = 'urn:onoffice-de-ns:smart:2.5:relationTypes:';

// An action, signed. The timestamp goes out as a string.
function action(verb, resourcetype, parameters, identifier = '', key = secret) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hmac = createHmac('sha256', key).update(timestamp + token + resourcetype + ACTION + verb).digest('base64');
  return { actionid: ACTION + verb, resourceid: '', identifier, resourcetype, timestamp, hmac, hmac_version: 2, parameters };
}

function post(...actions) {
  return new Promise((done, failed) => {
    const sent = request(url, { method: 'POST', timeout: 30000 }, (reply) => {
      reply.setEncoding('utf8');
      let text = '';
      reply.on('data', (piece) => (text += piece));
      reply.on('end', () => done(console.log(text)));
    });
    sent.on('error', failed);
    sent.end(JSON.stringify({ token, request: { actions } }));
  });
}

const participant = { relationtype: TYPE + 'calendar:address' };
const buyer = { relationtype: TYPE + 'estate:address:buyer' };
await post(action('create', 'relation', { ...participant, parentid: [2909], childid: [10821, 10823] }));
await post(action('create', 'relation', { ...participant, parentid: 671, childid: '153' }));
await post(action('get', 'idsfromrelation', { ...participant, parentids: [2909, 359] }));
await post(action('get', 'idsfromrelation', { ...participant, parentids: [], childids: [153], listlimit: 500, listoffset: 0 }));
await post(
  action('modify', 'relation', {
    ...participant,
    parentid: [2909],
    childid: [10821],
    relationinfo: { statusTerminbestaetigung: 'bestätigt' },
  }),
);
await post(action('delete', 'relation', { ...participant, parentid: 2909, childid: 10823 }));
await post(
  action('create', 'relation', { ...buyer, parentid: [1001], childid: [5001] }, 'a'),
  action('create', 'relation', { ...buyer, parentid: [1001], childid: [9000] }, 'b'),
  action('get', 'idsfromrelation', { ...buyer, childids: [5001] }, 'c'),
);
await post(action('get', 'idsfromrelation', { ...participant, parentids: [2909] }, '', 'not the secret'));

import { calledName, chainName, firstLinks } from '../calls/chains';
import { lastName } from '../calls/function-names';
import type { Use } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import type { Origin, Place, Tracer } from '../resolve/origin';
import { functionOf } from '../resolve/read-folder';

/** Clients of services that answer over a network, and not in the few ms of a database. */
const services =
  /^(?:axios|got|ky|node-fetch|cross-fetch|undici|ofetch|superagent|request|request-promise(?:-native)?|needle|@nestjs\/axios|aws-sdk|@aws-sdk\/.+|@google-cloud\/.+|googleapis|@azure\/.+|stripe|openai|@anthropic-ai\/sdk|nodemailer|@nestjs-modules\/mailer|@sendgrid\/mail|resend|postmark|mailgun.*|twilio|bull|bullmq|@nestjs\/bullm?q?|bee-queue|amqplib|kafkajs|firebase-admin|@slack\/.+|@octokit\/.+|octokit|algoliasearch|meilisearch|@elastic\/elasticsearch|cloudinary|minio|puppeteer|playwright)(?:\/.*)?$/;

const pauses = /^(?:sleep|delay|wait|pause|timeout)(?:For|Ms|Seconds)?$/i;

/** So many functions of the program between the place and the call. */
const mostCalls = 2;

/** What a wait is for, `fetch`, `axios.post`, `sendMail`, where that is another service or a pause; undefined for all else. */
export function remoteCall(use: Use, at: Place, tracer: Tracer, deep = mostCalls): string | undefined {
  const { chain, isAwaited } = use;
  if (!isAwaited) return undefined;
  // A pause of a helper may be one before it tries again; of `sleep(1000)` it is meant.
  const isMeant = deep === mostCalls || pauses.test(lastName(at.file.functions[at.function]?.name ?? ''));
  if (isMeant && isPause(chain, at)) return 'a pause (setTimeout)';
  const called = chain.links.findIndex((link) => link.arguments);
  if (called < 0) return undefined;
  const name = chainName(chain, called + 1) || calledName(chain, called);
  const origin = tracer.trace(firstLinks(chain, called + 1, true), at);
  if (origin.kind === 'global' && /^\$?fetch$/.test(origin.name)) return name;
  if (isService(origin)) return name;
  const callee = deep > 0 ? functionOf(origin) : undefined;
  if (!callee) return undefined;
  const inside: Place = { file: callee.file, function: callee.file.functions.indexOf(callee.function) };
  if (inside.function < 1) return undefined;
  const found = callee.function.uses.some((inner) => {
    const awaited =
      inner.isAwaited || inner.within === 'return' || callee.function.returns.some((one) => one === inner.chain);
    return awaited && remoteCall({ ...inner, isAwaited: true }, inside, tracer, deep - 1) !== undefined;
  });
  return found ? name : undefined;
}

function isService(origin: Origin): boolean {
  switch (origin.kind) {
    case 'package':
      return (
        services.test(origin.package) ||
        (origin.package.endsWith('timers/promises') && lastName(origin.path.at(-1) ?? '') === 'setTimeout')
      );
    case 'instance':
      return isService(origin.of);
    case 'call':
      return isService(origin.callee);
    case 'member':
      return isService(origin.of);
    default:
      return false;
  }
}

/** `new Promise((resolve) => setTimeout(resolve, 1000))` */
function isPause({ isNew, root, links }: ChainValue, { file }: Place): boolean {
  const [given] = links[0]?.arguments ?? [];
  if (!isNew || root !== 'Promise' || given?.kind !== 'function') return false;
  return file.functions[given.id]?.uses.some(({ chain }) => chain.root === 'setTimeout') === true;
}

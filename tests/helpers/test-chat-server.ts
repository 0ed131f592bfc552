import { onTestFinished } from 'vitest';
import { type ChatServer, type ChatServerOptions, openChatServer } from './chat-server.ts';

/** A server of the OpenAI chat API until the test ends. */
export async function startChatServer(options: ChatServerOptions = {}): Promise<ChatServer> {
  const server = await openChatServer(options);
  onTestFinished(() => server.close());
  return server;
}

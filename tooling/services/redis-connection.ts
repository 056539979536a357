import { type Socket, connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** Connects, logs in if the URL says how, and asks whether the server is there; throws when it is not. */
export function pingRedis(url: string, timeoutMs = 3000): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const at = { host, port: Number(port === "" ? "6379" : port) };
  const commands = password === "" ? [] : [login(username, password)];
  commands.push(["PING"]);
  return new Promise((resolve, reject) => {
    const socket: Socket = protocol === "rediss:" ? connectTls({ ...at, servername: host }) : connect(at);
    let answer = "";
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error("The server did not answer in time.")));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The server closed the connection.")));
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      if (answer.endsWith("+PONG\r\n")) {
        resolve();
        socket.destroy();
      } else if (/^-/m.test(answer)) {
        socket.destroy(new Error("The server refused the command."));
      }
    });
    socket.write(commands.map(encode).join(""));
  });
}

function login(username: string, password: string): string[] {
  const secret = decodeURIComponent(password);
  return username === "" ? ["AUTH", secret] : ["AUTH", decodeURIComponent(username), secret];
}

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

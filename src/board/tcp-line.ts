import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { messageOf, NasError } from "../base/errors.js";

/** A TCP port that a board waits on; the newest connection is its line. */
export class TcpPlug implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /**
   * @param port 0: any that is free
   * @param plug is given each connection
   * @throws NAS_BOARD_PTY where the port cannot be had
   */
  static async listen(host: string, port: number, plug: (socket: Socket) => void): Promise<TcpPlug> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) =>
        reject(
          new NasError("NAS_BOARD_PTY", `the board cannot wait on ${host}:${port}: ${messageOf(error)}`, {
            hint: "give another port, or 0 for any that is free",
            context: { host, port },
            cause: error,
          }),
        ),
      );
      server.listen(port, host, resolve);
    });
    const tcp = new TcpPlug(server);
    server.on("connection", (socket) => {
      socket.setNoDelay(true);
      tcp.#sockets.add(socket);
      socket.on("close", () => tcp.#sockets.delete(socket)).on("error", () => undefined);
      plug(socket);
    });
    return tcp;
  }

  /** Cuts every connection, as pulling the plug does; new ones may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

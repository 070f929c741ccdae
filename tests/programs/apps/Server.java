import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

/** The server of the JDK itself; `java Server.java` compiles and runs it. */
public class Server {
  public static void main(String[] args) throws Exception {
    byte[] hello = "hello from Java\n".getBytes();
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, hello.length);
      exchange.getResponseBody().write(hello);
      exchange.close();
    });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
    server.start();
  }
}

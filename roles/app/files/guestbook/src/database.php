<?php
declare(strict_types=1);

/** Writes go to the primary, reads to a replica that has caught up with the reader's own writes. */
final class Database
{
    private const COOKIE = 'written';
    private const SECONDS_TO_CATCH_UP = 1;

    private readonly array $config;

    public function __construct(string $file)
    {
        $this->config = json_decode(file_get_contents($file), true, 8, JSON_THROW_ON_ERROR);
    }

    public function forWriting(): PDO
    {
        return $this->connect($this->config['write'])[0];
    }

    /** A replica, unless none answers or none has this visitor's last write yet. */
    public function forReading(): PDO
    {
        try {
            [$connection, $host] = $this->connect($this->config['read']);
            if (in_array($host, $this->config['write']['hosts'], true) || $this->hasOwnWrites($connection)) {
                return $connection;
            }
        } catch (PDOException $error) {
            error_log('reading from the primary: ' . $error->getMessage());
        }
        return $this->forWriting();
    }

    public function ping(): void
    {
        $this->forReading()->query('SELECT 1');
    }

    /** The visitor's browser keeps the position up to which a replica must have come. */
    public function rememberWrite(PDO $primary): void
    {
        $variable = $this->isMariaDb($primary) ? '@@last_gtid' : '@@global.gtid_executed';
        $position = str_replace("\n", '', (string) $primary->query("SELECT $variable")->fetchColumn());
        setcookie(self::COOKIE, $position, [
            'expires' => time() + 60,
            'path' => '/',
            'secure' => true,
            'httponly' => true,
            'samesite' => 'Lax',
        ]);
    }

    private function hasOwnWrites(PDO $replica): bool
    {
        $position = $_COOKIE[self::COOKIE] ?? '';
        if ($position === '') {
            return true;
        }
        if (!preg_match('/^[0-9a-fA-F:,\-]{1,500}$/', $position)) {
            return false;
        }
        $wait = $this->isMariaDb($replica) ? 'MASTER_GTID_WAIT(?, ?)' : 'WAIT_FOR_EXECUTED_GTID_SET(?, ?)';
        $statement = $replica->prepare("SELECT $wait");
        $statement->execute([$position, self::SECONDS_TO_CATCH_UP]);
        return (int) $statement->fetchColumn() === 0;
    }

    private function isMariaDb(PDO $connection): bool
    {
        return str_contains($connection->getAttribute(PDO::ATTR_SERVER_VERSION), 'MariaDB');
    }

    /** Tries the hosts in random order; the last one's failure is everybody's. Gives the host, too. */
    private function connect(array $account): array
    {
        $hosts = $account['hosts'];
        shuffle($hosts);
        foreach ($hosts as $i => $host) {
            try {
                return [$this->open($host, $account), $host];
            } catch (PDOException $error) {
                if ($i === count($hosts) - 1) {
                    throw $error;
                }
            }
        }
        throw new PDOException('no database is configured');
    }

    private function open(string $host, array $account): PDO
    {
        $dsn = "mysql:host=$host;port={$this->config['port']};dbname={$this->config['database']};charset=utf8mb4";
        return new PDO($dsn, $account['user'], $account['password'], [
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_TIMEOUT => 2,
            PDO::MYSQL_ATTR_SSL_CA => $this->config['ca'],
            PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => true,
        ]);
    }
}

package model

// slowTable are the functions and methods ("Func", "Type.Method") that may block
// for long, and what they wait for. In a name, * stands for any letters; a name
// without it comes before those with it, and an earlier row before a later one. A
// row rests on the documentation at https://pkg.go.dev/PACKAGE#NAME, which findings
// lead to.
//
// It has no Close but where that waits for a peer, and nothing that only may block
// through an interface like io.Reader.
var slowTable = []struct {
	packages string
	slow     Slow
	names    string
}{
	{"time", Sleep, "Sleep"},

	// Other goroutines. Cond.Wait gives its own lock back meanwhile.
	{"sync", Peer, "WaitGroup.Wait Cond.Wait"},
	{"golang.org/x/sync/errgroup", Peer, "Group.Wait"},
	{"golang.org/x/sync/semaphore", Peer, "Weighted.Acquire"},

	// The system call waits for nothing once the machine has started.
	{"crypto/rand", Quick, "Read Int Prime Text"},

	// Files. A read may be one of a pipe or a terminal too.
	{"os", FileName, `
		Open OpenFile Create CreateTemp Stat Lstat ReadDir Readlink Mkdir MkdirAll MkdirTemp Remove Rename Link Symlink
		Truncate Chmod Chown Lchown Chtimes Chdir
		File.Stat File.ReadDir File.Readdir File.Readdirnames File.Truncate File.Chmod File.Chown File.Chdir
		OpenRoot OpenInRoot Root.Open Root.OpenFile Root.OpenRoot Root.Create Root.Stat Root.Lstat Root.Readlink Root.Mkdir Root.MkdirAll
		Root.Remove Root.Rename Root.Link Root.Symlink Root.Chmod Root.Chown Root.Lchown Root.Chtimes`},
	{"os", FileData, `
		ReadFile WriteFile Root.ReadFile Root.WriteFile
		File.Read File.ReadAt File.ReadFrom File.Write File.WriteAt File.WriteString File.WriteTo`},
	{"os", FileTree, "RemoveAll CopyFS Root.RemoveAll File.Sync"},
	{"io/ioutil", FileName, "ReadDir TempDir TempFile"},
	{"io/ioutil", FileData, "ReadFile WriteFile"},
	{"path/filepath", FileName, "EvalSymlinks"},
	{"path/filepath", FileTree, "Walk WalkDir Glob"},
	{"io/fs", FileName, "Stat ReadDir ReadLink Lstat FS.Open StatFS.Stat ReadDirFS.ReadDir"},
	{"io/fs", FileData, "ReadFile ReadFileFS.ReadFile File.Read"},
	{"io/fs", FileTree, "WalkDir Glob GlobFS.Glob"},

	// Processes. Cmd.Start returns once the program runs, which takes a fork and an exec.
	{"os", Process, "StartProcess Process.Wait"},
	{"os/exec", Process, "Cmd.Run Cmd.Wait Cmd.Output Cmd.CombinedOutput Cmd.Start"},
	{"os/exec", FileName, "LookPath"},

	// The network. Packets are written without waiting for anybody.
	{"net", Network, `
		Dial DialTimeout DialTCP DialUnix Dialer.Dial Dialer.DialContext Dialer.DialTCP Dialer.DialUnix
		Conn.Read Conn.Write conn.Read conn.Write TCPConn.ReadFrom TCPConn.WriteTo Buffers.WriteTo
		PacketConn.ReadFrom UDPConn.Read* IPConn.Read* UnixConn.Read*
		Listener.Accept TCPListener.Accept TCPListener.AcceptTCP UnixListener.Accept UnixListener.AcceptUnix
		LookupAddr LookupCNAME LookupHost LookupIP LookupMX LookupNS LookupSRV LookupTXT
		Resolver.LookupAddr Resolver.LookupCNAME Resolver.LookupHost Resolver.LookupIP Resolver.LookupIPAddr
		Resolver.LookupMX Resolver.LookupNS Resolver.LookupNetIP Resolver.LookupSRV Resolver.LookupTXT`},
	{"crypto/tls", Network, "Dial DialWithDialer Dialer.Dial Dialer.DialContext Conn.Handshake Conn.HandshakeContext Conn.Read Conn.Write"},
	{"net/smtp", Network, "Dial SendMail Client.*"},
	{"net/rpc", Network, "Dial DialHTTP DialHTTPPath Client.Call"},
	{"net/rpc/jsonrpc", Network, "Dial"},
	{"net/textproto", Network, "Dial"},
	{"golang.org/x/crypto/ssh", Network, "Dial NewClientConn Client.Dial* Client.NewSession Session.Run Session.Wait Session.Output Session.CombinedOutput"},
	{"net/http", HTTP, `
		Get Head Post PostForm Client.Do Client.Get Client.Head Client.Post Client.PostForm RoundTripper.RoundTrip Transport.RoundTrip
		ListenAndServe ListenAndServeTLS Serve ServeTLS Server.ListenAndServe Server.ListenAndServeTLS Server.Serve Server.ServeTLS Server.Shutdown`},

	// https://pkg.go.dev/google.golang.org/grpc; what has call options needs no row.
	{"google.golang.org/grpc", GRPC, `
		ClientStream.Header ClientStream.RecvMsg ClientStream.SendMsg ServerStream.RecvMsg ServerStream.SendMsg
		ServerStreamingClient.Recv ServerStreamingServer.Send ClientStreamingClient.Send ClientStreamingClient.CloseAndRecv
		ClientStreamingServer.Recv ClientStreamingServer.SendAndClose
		BidiStreamingClient.Recv BidiStreamingClient.Send BidiStreamingServer.Recv BidiStreamingServer.Send
		ClientConn.WaitForStateChange Server.Serve Server.GracefulStop`},

	// https://pkg.go.dev/database/sql: "DB is a database handle representing a pool of
	// zero or more underlying connections", and a call may wait for one of those too.
	{"database/sql", Database, `
		DB.Begin DB.BeginTx DB.Conn DB.Exec DB.ExecContext DB.Ping DB.PingContext DB.Prepare DB.PrepareContext
		DB.Query DB.QueryContext DB.QueryRow DB.QueryRowContext
		Conn.BeginTx Conn.ExecContext Conn.PingContext Conn.PrepareContext Conn.QueryContext Conn.QueryRowContext
		Tx.Commit Tx.Rollback Tx.Exec Tx.ExecContext Tx.Prepare Tx.PrepareContext Tx.Query Tx.QueryContext Tx.QueryRow Tx.QueryRowContext
		Stmt.Exec Stmt.ExecContext Stmt.Query Stmt.QueryContext Stmt.QueryRow Stmt.QueryRowContext
		Rows.Next Rows.NextResultSet`},

	// A pipeline collects commands, which Exec sends.
	// https://redis.io/docs/latest/develop/clients/go/transpipe/
	{goRedis, Redis, "Pipeliner.Exec Pipeline.Exec"},
	{goRedis, Quick, "Pipeliner.* Pipeline.* *.Pipeline *.TxPipeline *.Process*Hook"},
	{goRedis, Redis, `
		cmdable.* statefulCmdable.* *Cmdable.* UniversalClient.Do UniversalClient.Process UniversalClient.Watch
		Client.Do Client.Process Client.Watch ClusterClient.Do ClusterClient.Process ClusterClient.Watch
		Conn.Do Conn.Process Tx.Do Tx.Process Ring.Do Ring.Process Ring.Watch
		ScanIterator.Next Script.Eval* Script.Exists Script.Load Script.Run*
		PubSub.Ping PubSub.PSubscribe PubSub.PUnsubscribe PubSub.Receive* PubSub.SSubscribe PubSub.SUnsubscribe PubSub.Subscribe PubSub.Unsubscribe`},
	// https://pkg.go.dev/github.com/gomodule/redigo/redis#hdr-Pipelining: Send writes to a buffer.
	{"github.com/gomodule/redigo/redis", Redis, `
		Dial DialContext DialTimeout DialURL DialURLContext DoContext DoWithTimeout ReceiveContext ReceiveWithTimeout
		Conn.Do Conn.Flush Conn.Receive ConnWithTimeout.DoWithTimeout ConnWithTimeout.ReceiveWithTimeout
		ConnWithContext.DoContext ConnWithContext.ReceiveContext Pool.Get Pool.GetContext
		PubSubConn.PSubscribe PubSubConn.PUnsubscribe PubSubConn.Ping PubSubConn.Receive* PubSubConn.Subscribe PubSubConn.Unsubscribe
		Script.Do Script.DoContext Script.Load`},
	// https://pkg.go.dev/github.com/redis/rueidis; valkey-go has the same methods.
	{"github.com/redis/rueidis github.com/rueian/rueidis github.com/valkey-io/valkey-go", Redis, `
		NewClient JsonM* MDel MGet MGetCache MSet* MUnlink CommandClient.Do CommandClient.DoMulti CoreClient.Do CoreClient.DoMulti
		CoreClient.Receive Client.Do Client.DoMulti Client.DoCache Client.DoMultiCache Client.DoStream Client.DoMultiStream Client.Dedicated
		Lua.Exec Lua.ExecMulti`},

	// https://pkg.go.dev/github.com/IBM/sarama. An AsyncProducer is fed through a channel.
	{sarama, Quick, `
		ClusterAdmin.Controller Broker.Addr Broker.ID Broker.Rack Broker.ResponseSize Broker.TLSConnectionState Broker.Connected Broker.Open Broker.AsyncProduce`},
	{sarama, Kafka, `
		NewClient NewSyncProducer NewAsyncProducer NewConsumer NewConsumerGroup NewClusterAdmin
		SyncProducer.SendMessage SyncProducer.SendMessages SyncProducer.CommitTxn SyncProducer.AbortTxn SyncProducer.Close
		AsyncProducer.CommitTxn AsyncProducer.AbortTxn AsyncProducer.Close
		Client.RefreshController Client.RefreshBrokers Client.RefreshMetadata Client.RefreshCoordinator Client.RefreshTransactionCoordinator
		Client.GetOffset Client.InitProducerID Consumer.ConsumePartition ConsumerGroup.Consume ConsumerGroup.Close
		OffsetManager.ManagePartition OffsetManager.Commit OffsetManager.Close ClusterAdmin.* Broker.*`},
	// https://pkg.go.dev/github.com/segmentio/kafka-go
	{"github.com/segmentio/kafka-go", Quick, "Conn.Close Conn.Broker Conn.LocalAddr Conn.RemoteAddr Conn.Offset Conn.Seek Conn.Set*"},
	{"github.com/segmentio/kafka-go", Kafka, `
		Dial DialContext DialLeader DialPartition LookupPartition LookupPartitions Dialer.*
		Reader.Close Reader.CommitMessages Reader.FetchMessage Reader.ReadLag Reader.ReadMessage Reader.SetOffsetAt
		Writer.Close Writer.WriteMessages Conn.* Client.* Batch.Read Batch.ReadMessage Batch.Close
		ConsumerGroup.Next ConsumerGroup.Close Generation.CommitOffsets`},
	// https://pkg.go.dev/github.com/confluentinc/confluent-kafka-go/v2/kafka; Produce only queues.
	{"github.com/confluentinc/confluent-kafka-go/v2/kafka github.com/confluentinc/confluent-kafka-go/kafka", Quick, `
		AdminClient.Close AdminClient.IsClosed AdminClient.Set* AdminClient.String`},
	{"github.com/confluentinc/confluent-kafka-go/v2/kafka github.com/confluentinc/confluent-kafka-go/kafka", Kafka, `
		Producer.AbortTransaction Producer.CommitTransaction Producer.InitTransactions Producer.SendOffsetsToTransaction
		Producer.Flush Producer.GetMetadata Producer.OffsetsForTimes Producer.QueryWatermarkOffsets
		Consumer.Close Consumer.Commit Consumer.CommitMessage Consumer.CommitOffsets Consumer.Committed Consumer.GetMetadata
		Consumer.OffsetsForTimes Consumer.Poll Consumer.QueryWatermarkOffsets Consumer.ReadMessage AdminClient.*`},
	// https://pkg.go.dev/github.com/twmb/franz-go/pkg/kgo
	{"github.com/twmb/franz-go/pkg/kgo", Kafka, `
		Client.AbortBufferedRecords Client.CommitMarkedOffsets Client.CommitOffsetsSync Client.CommitRecords Client.CommitUncommittedOffsets
		Client.EndAndBeginTransaction Client.EndTransaction Client.EnsureProduceConnectionIsOpen Client.Flush Client.LeaveGroup
		Client.LeaveGroupContext Client.Close Client.CloseAllowingRebalance Client.Ping Client.PollFetches Client.PollRecords
		Client.ProduceSync Client.ProducerID Client.Request Client.RequestSharded Broker.Request Broker.RetriableRequest`},
}

// The paths of go-redis and sarama, which have moved.
const (
	goRedis = "github.com/redis/go-redis/v9 github.com/go-redis/redis/v9 github.com/go-redis/redis/v8 github.com/go-redis/redis/v7 github.com/go-redis/redis"
	sarama  = "github.com/IBM/sarama github.com/Shopify/sarama"
)

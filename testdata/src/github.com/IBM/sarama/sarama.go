// Package sarama is a stub of sarama.
package sarama

type ProducerMessage struct{}

type SyncProducer interface {
	SendMessage(msg *ProducerMessage) (partition int32, offset int64, err error)
	IsTransactional() bool
}

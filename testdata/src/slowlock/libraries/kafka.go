package libraries

import (
	"context"

	"github.com/IBM/sarama"
	confluent "github.com/confluentinc/confluent-kafka-go/v2/kafka"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

func (s *store) sarama(p sarama.SyncProducer, m *sarama.ProducerMessage) {
	s.mu.Lock()
	_, _, _ = p.SendMessage(m) // want `sarama.SyncProducer.SendMessage waits for a Kafka broker`
	s.mu.Unlock()
	s.mu.Lock()
	_ = p.IsTransactional()
	s.mu.Unlock()
}

func (s *store) kafkaGo(ctx context.Context, w *kafka.Writer) {
	s.mu.Lock()
	_ = w.Stats()
	s.mu.Unlock()
	s.mu.Lock()
	_ = w.WriteMessages(ctx) // want `kafka.Writer.WriteMessages waits for a Kafka broker`
	s.mu.Unlock()
}

func (s *store) confluent(p *confluent.Producer) {
	s.mu.Lock()
	_ = p.Produce(nil, nil)
	s.mu.Unlock()
	s.mu.Lock()
	p.Flush(1) // want `kafka.Producer.Flush waits for a Kafka broker`
	s.mu.Unlock()
}

func (s *store) franz(ctx context.Context, c *kgo.Client) {
	s.mu.Lock()
	c.Produce(ctx, nil, nil)
	s.mu.Unlock()
	s.mu.Lock()
	c.ProduceSync(ctx) // want `kgo.Client.ProduceSync waits for a Kafka broker`
	s.mu.Unlock()
}

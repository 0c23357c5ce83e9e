// Package s3 has locks that are objects.
package s3

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func early(ctx context.Context, c *s3.Client, bucket, key string, work func() error) error {
	defer c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}) // want `notheld: `
	if _, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("x"), IfNoneMatch: aws.String("*")}); err != nil {
		return err
	}
	return work()
}

type state struct {
	c      *s3.Client
	bucket string
}

func (s *state) always(ctx context.Context, name string, work func() error) error {
	_, err := s.c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(s.bucket), Key: aws.String(name + ".lock"), IfNoneMatch: aws.String("*")})
	defer s.c.DeleteObject(context.WithoutCancel(ctx), &s3.DeleteObjectInput{Bucket: aws.String(s.bucket), Key: aws.String(name + ".lock")}) // want `notheld: `
	if err != nil {
		return err
	}
	return work()
}

//distlock:silent notheld
func owned(ctx context.Context, c *s3.Client, bucket, key string, work func() error) error {
	out, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, IfNoneMatch: aws.String("*")})
	if err != nil {
		return err
	}
	defer c.DeleteObject(context.WithoutCancel(ctx), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key, IfMatch: out.ETag})
	return work()
}

// An object is put whether there is one or not.
//
//distlock:silent notheld
func put(ctx context.Context, c *s3.Client, bucket, key string, work func() error) error {
	defer c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
	if _, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		return err
	}
	return work()
}
